/** Ours as contestants: stages of the pipeline in this process, open and warm, on so many threads. */
import type { Stage } from '../../src/core/stage.js';
import type { Subject } from '../../src/core/subject.js';
import { readNifti } from '../../src/formats/nifti/index.js';
import type { CtVolume, LungLabels } from '../../src/imaging/volume.js';
import { createWorkerPool } from '../../src/workers/pool.js';
import { register } from '../../stages/register/index.js';
import { segment } from '../../stages/segment/index.js';
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

/** Of a mask coded 50 = right, 100 = left. */
export async function readLungs(path: string): Promise<LungLabels> {
  const { voxels, geometry } = (await readNifti(path)).volume;
  const labels = new Uint8Array(new SharedArrayBuffer(voxels.length));
  for (let i = 0; i < labels.length; i++) labels[i] = voxels[i] / 50;
  return { voxels: labels, geometry };
}

export const readCt = async (image: string): Promise<CtVolume> => (await readNifti(image)).volume;

/** What the stages before it give a stage, computed once and not timed. */
export async function lungsOf(ct: CtVolume): Promise<LungLabels> {
  const workers = createWorkerPool(1);
  const { lungs } = await runStage(segment(), { ct }, workers);
  await workers.close();
  return lungs;
}

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
