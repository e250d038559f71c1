/** What the contestants register: masks in the reference's coding (50 = right, 100 = left), and the affines of ours. */
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { generatePhantoms } from '../../data/phantom/cohort.js';
import { loadAtlas } from '../../src/formats/atlas.js';
import { writeDurably } from '../../src/store/durable-file.js';
import { matlabFile } from '../../src/formats/itk-transform/index.js';
import { readNifti } from '../../src/formats/nifti/index.js';
import { atlasTarget, registerLungs } from '../../src/imaging/registration/register-lungs.js';
import type { CtVolume, LungLabels } from '../../src/imaging/space/volume.js';
import { writeNifti } from '../../src/store/write-nifti.js';
import { createWorkerPool } from '../../src/workers/pool.js';
import { segment } from '../../stages/segment/index.js';
import { PHANTOMS } from './phantoms.js';
import { runStage } from './run-stage.js';

/** Writes `<sid>_lungs.nii.gz`: the lungs that our `segment` finds. Unchanged when it is there, for ANTs has its transform. */
export async function segmentForContest(dir: string, sid: string, ctPath: string): Promise<string> {
  const path = maskFile(dir, sid);
  if (!existsSync(path)) {
    const { volume: ct } = await readNifti(ctPath);
    await writeCoded(path, await lungsOf(ct));
  }
  return path;
}

export async function lungsOf(ct: CtVolume): Promise<LungLabels> {
  const workers = createWorkerPool(1);
  const { lungs } = await runStage(segment(), { ct }, workers);
  await workers.close();
  return lungs;
}

/** Ten phantoms with their atlas and true landmarks below `phantoms/`; their true masks beside it. */
export async function phantomsForContest(dir: string): Promise<{ sids: string[]; atlas: string }> {
  const out = join(dir, 'phantoms');
  const sids = Array.from({ length: PHANTOMS.subjects }, (_, i) => `phantom-${String(i).padStart(4, '0')}`);
  if (!existsSync(join(out, 'manifest.csv'))) {
    await mkdir(out, { recursive: true });
    await generatePhantoms({ ...PHANTOMS, out });
  }
  for (const sid of sids.filter((sid) => !existsSync(maskFile(dir, sid)))) {
    const { volume } = await readNifti(join(out, `${sid}_lungs.nii.gz`));
    await writeCoded(maskFile(dir, sid), volume);
  }
  return { sids, atlas: join(out, 'atlas') };
}

/** Registers each mask and writes `<sid>_ours_0GenericAffine.mat`. */
export async function registerForContest(
  dir: string,
  atlasDir: string,
  sids: readonly string[],
): Promise<void> {
  const { atlas } = await loadAtlas(atlasDir);
  const target = atlasTarget(atlas.lungs);
  for (const sid of sids) {
    const { atlasToSubject } = registerLungs(target, await readCoded(maskFile(dir, sid)));
    await writeDurably(join(dir, `${sid}_ours_0GenericAffine.mat`), matlabFile(atlasToSubject));
  }
}

export const maskFile = (dir: string, sid: string) => join(dir, `${sid}_lungs.nii.gz`);

/** Lungs of a mask in the reference's coding. */
export async function readCoded(path: string): Promise<LungLabels> {
  const { voxels, geometry } = (await readNifti(path)).volume;
  const labels = new Uint8Array(new SharedArrayBuffer(voxels.length));
  for (let i = 0; i < labels.length; i++) labels[i] = voxels[i] / 50;
  return { voxels: labels, geometry };
}

async function writeCoded(path: string, { voxels, geometry }: LungLabels | CtVolume): Promise<void> {
  const coded = new Int16Array(new SharedArrayBuffer(2 * voxels.length));
  for (let i = 0; i < voxels.length; i++) coded[i] = 50 * voxels[i];
  await writeNifti(path, { voxels: coded, geometry });
}
