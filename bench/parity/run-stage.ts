import type { ItemStage, Stage } from '../../src/core/stage.js';
import type { WorkerPool } from '../../src/workers/pool.js';
import { stageEnv, stageTask, subjectOf } from '../../src/testing/index.js';

/** One subject through a stage, by itself. */
export async function runStage<N extends object, G extends object>(
  stage: Stage<N, G>,
  inputs: N,
  workers: WorkerPool,
): Promise<G> {
  return (await openStage(stage, workers))(inputs);
}

/** A stage that is open already, to be run again and again. */
export async function openStage<N extends object, G extends object>(
  stage: Stage<N, G>,
  workers: WorkerPool,
  subject = subjectOf(),
): Promise<(inputs: N) => Promise<G>> {
  const open = (await stage.open(stageEnv({ workers }))) as ItemStage<N, G>;
  return (inputs) => open.process(inputs, stageTask({ workers, subject }));
}
