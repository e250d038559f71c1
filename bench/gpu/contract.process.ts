/** `node --test-reporter=tap contract.process.js ENGINE`: the contract of engines, on the one named. */
import { after } from 'node:test';
import { chooseEngine } from '../../src/engine/choose.js';
import type { EngineChoice } from '../../src/engine/engines.js';
import { createWorkerPool } from '../../src/workers/pool.js';
import { engineContract } from '../../test/engine/contract.js';

const engine = process.argv[2] as EngineChoice;
const workers = createWorkerPool(2);
after(() => workers.close());
engineContract(engine, { open: () => chooseEngine(engine, workers) });
