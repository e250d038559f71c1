import type { ItemStage, Stage } from '../../src/core/stage.js';
import type { WorkerPool } from '../../src/workers/pool.js';
import { recordingTask } from '../../test/stages/recording-task.js';
import { recordingEnv } from '../../test/stages/stage-env.js';

/** One subject through a stage, by itself. */
export async function runStage<N extends object, G extends object>(
  stage: Stage<N, G>,
  inputs: N,
  workers: WorkerPool,
): Promise<G> {
  const open = (await stage.open(recordingEnv(workers))) as ItemStage<N, G>;
  return open.process(inputs, recordingTask(workers));
}
