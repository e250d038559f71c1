/** Runs as a process of its own: opens the engine of its first argument, tries it, tells the process that started it. */
import { toLungflowError, type ErrorFields } from '../../core/errors.js';
import { createWorkerPool } from '../../workers/pool.js';
import { chooseEngine } from '../choose.js';
import type { ChosenEngine } from '../engine.js';
import type { EngineChoice } from '../engines.js';
import { tryEngine, type Trial } from './trial.js';

export type Answer = Tried | { readonly error: ErrorFields };

export type Tried = Pick<ChosenEngine, 'name' | 'device' | 'reason'> & Trial;

const [choice, threads] = process.argv.slice(2) as [EngineChoice, string];

async function answer(): Promise<Answer> {
  const workers = createWorkerPool(Number(threads));
  try {
    const engine = await chooseEngine(choice, workers);
    const { name, device, reason } = engine;
    const trial = await tryEngine(engine);
    await engine.dispose();
    return { name, device, reason, ...trial };
  } catch (thrown) {
    return { error: toLungflowError(thrown).toFields() };
  } finally {
    await workers.close();
  }
}

process.on('disconnect', () => process.exit()); // the doctor is gone, or has its answer
process.send!(await answer(), () => process.disconnect());
