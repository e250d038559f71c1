/** Ours as contestants: stages of the pipeline in this process, open and warm, on so many threads. */
import type { Stage } from '../../src/core/stage.js';
import type { Subject } from '../../src/core/subject.js';
import { readNifti } from '../../src/formats/nifti/index.js';
import type { CtVolume } from '../../src/imaging/space/volume.js';
import { createWorkerPool } from '../../src/workers/pool.js';
import { register } from '../../stages/register/index.js';
import { lungsOf } from '../parity/registration-masks.js';
import { openStage, runStage } from '../parity/run-stage.js';
import type { BenchScan } from './scans.js';
import type { Peer } from './section.js';
import { inProcess } from './timed.js';

/** One stage, over and over on the same input. */
export async function oursOfStage<N extends object, G extends object>(
  stage: Stage<N, G>,
  inputs: N,
  threads: number,
  { subject, details }: { subject?: Subject; details?: (given: G) => Readonly<Record<string, unknown>> } = {},
): Promise<Peer> {
  const workers = createWorkerPool(threads);
  const process = await openStage(stage, workers, subject);
  return inProcess(async () => {
    const given = await process(inputs);
    return details?.(given);
  }, workers);
}

export const readCt = async (image: string): Promise<CtVolume> => (await readNifti(image)).volume;

/** What the stages before it give `resample`, computed once and not timed. */
export async function landmarksOf({ atlas }: BenchScan, ct: CtVolume) {
  const workers = createWorkerPool(1);
  const { landmarksLps } = await runStage(
    register({ atlas, save: [] }),
    { lungs: await lungsOf(ct) },
    workers,
  );
  await workers.close();
  return landmarksLps;
}
