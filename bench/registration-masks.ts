/**
 * Lung masks for a registration contest, in the reference's coding (50 = right, 100 = left):
 * `node dist/bench/registration-masks.js DIR [CT.nii.gz ...]` writes `DIR/<sid>_lungs.nii.gz` for each CT, by our
 * `segment` stage, and below `DIR/phantoms` ten digital phantoms with their atlas, true masks and true landmarks.
 */
import { mkdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { ItemStage, StageEnv, Task } from '../src/core/stage.js';
import { readNifti, writeNifti } from '../src/formats/nifti/index.js';
import type { LungLabels } from '../src/imaging/volume.js';
import { createWorkerPool } from '../src/workers/pool.js';
import { generateCohort } from '../data/phantom/cohort.js';
import { segment } from '../stages/segment/index.js';

const PHANTOMS = { subjects: 10, seed: 2021, spacing: 1.5 };

const [out, ...scans] = process.argv.slice(2);
await mkdir(join(out, 'phantoms'), { recursive: true });
const workers = createWorkerPool(2);
const env = { workers, jobs: 1, subjects: [] } as unknown as StageEnv;
const task = { workers, fact: console.log, flag: console.log } as unknown as Task;

const stage = (await segment().open(env)) as ItemStage<object, { lungs: LungLabels }>;
for (const path of scans) {
  const { volume: ct } = await readNifti(path);
  const { lungs } = await stage.process({ ct }, task);
  await writeCoded(join(out, `${basename(path, '.nii.gz')}_lungs.nii.gz`), lungs);
}

const cohort = await generateCohort({ ...PHANTOMS, out: join(out, 'phantoms'), workers });
for (const { sid, mask } of cohort.subjects) {
  const { volume } = await readNifti(join(out, 'phantoms', mask));
  await writeCoded(join(out, `${sid}_lungs.nii.gz`), volume as unknown as LungLabels);
}
await workers.close();

async function writeCoded(path: string, { voxels, geometry }: LungLabels): Promise<void> {
  const coded = new Int16Array(new SharedArrayBuffer(2 * voxels.length));
  for (let i = 0; i < voxels.length; i++) coded[i] = 50 * voxels[i];
  await writeNifti(path, { voxels: coded, geometry });
}
