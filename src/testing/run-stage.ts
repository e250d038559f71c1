/** One stage on values, without a pipeline, files or threads: what a stage's author tests with. */
import type { Facts } from '../core/fact.js';
import type { BatchStage, OpenStage, Stage, StageEnv, Task } from '../core/stage.js';
import { requireDeclaredValues } from '../runtime/stage-contract.js';
import { stageEnv } from './stage-env.js';
import { stageTask } from './task.js';

/** What a stage made of one subject, and what it said of it. */
export interface StageRun<G> {
  /** By port. */
  readonly given: G;
  readonly facts: Facts;
  readonly flags: readonly string[];
  readonly notices: readonly string[];
  /** What the stage recorded of how its results came about. */
  readonly provenance: ReadonlyMap<string, string>;
}

/** What of a stage's surroundings a test sets itself. */
export interface StageRunOptions {
  readonly env?: Partial<StageEnv>;
  readonly task?: Partial<Task>;
}

/**
 * Opens the stage, hands it one subject's values, closes it. A batch stage gets the subject's units in batches of its size.
 * What the stage declared is held to, as in a run.
 * @throws what the stage throws; LungflowError `undeclared-value`, `missing-value`, `no-values`, `undeclared-fact`, `fact-type`
 */
export async function runStage<N extends object, G extends object>(
  stage: Stage<N, G>,
  values: N,
  { env: givenEnv = {}, task: givenTask = {} }: StageRunOptions = {},
): Promise<StageRun<G>> {
  const env = stageEnv(givenEnv);
  const task = stageTask({ workers: env.workers, ...givenTask }, stage);
  const open = await stage.open(env);
  try {
    const given = await workOn(open, values, task);
    requireDeclaredValues(stage, given);
    await open.close?.('complete');
    const { facts, flags } = task;
    return {
      given,
      facts: Object.fromEntries(facts),
      flags: [...env.flags, ...flags],
      notices: env.notices,
      provenance: env.provenance,
    };
  } catch (thrown) {
    await open.close?.('interrupted').catch(() => undefined); // the first failure is the one to tell
    throw thrown;
  }
}

const workOn = <N, G>(open: OpenStage<N, G>, values: N, task: Task): Promise<G> =>
  'batch' in open ? inBatches(open, values, task) : open.process(values, task);

async function inBatches<N, G>({ batch }: BatchStage<N, G, unknown>, inputs: N, task: Task): Promise<G> {
  const units = batch.units(inputs);
  const state = batch.begin(inputs);
  for (let from = 0; from < units;) {
    const to = Math.min(units, from + batch.size);
    await batch.run([{ inputs, state, from, to }], task.workers, task.signal);
    from = to;
  }
  return batch.finish(inputs, state, task);
}
