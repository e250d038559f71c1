/** Our lung labels against the truth of ten phantoms, airways excluded, and against lungmask where its weights can be had. */
import { join } from 'node:path';
import { phantomVolume } from '../../data/phantom/phantom.js';
import { readNifti } from '../../src/formats/nifti/index.js';
import { LEFT_LUNG, RIGHT_LUNG, type CtVolume } from '../../src/imaging/space/volume.js';
import { createWorkerPool } from '../../src/workers/pool.js';
import { segment } from '../../stages/segment/index.js';
import { dice } from '../../test/imaging/segmentation/dice.js';
import { PHANTOMS } from './phantoms.js';
import type { Row } from './row.js';
import { runStage } from './run-stage.js';

const SCANS = ['LIDC-IDRI-0001', 'LIDC-IDRI-0003'];

export const lungs: Row = {
  name: 'lungs',
  async measure() {
    const cases: Record<string, number> = {};
    for (let index = 0; index < PHANTOMS.subjects; index++) {
      const { ct, lungs: truth } = phantomVolume(index, PHANTOMS.seed, PHANTOMS.spacing);
      Object.assign(cases, await overlaps(`phantom ${index}`, ct, truth.voxels));
    }
    const what = 'Dice of each lung, 10 phantoms at 1.5 mm, airways excluded';
    return [{ what, against: 'phantom truth', bar: { atLeast: 0.97 }, cases }];
  },
};

export const lungmask: Row = {
  name: 'lungmask',
  async measure(bench) {
    const cases: Record<string, number> = {};
    for (const scan of SCANS) {
      const [path, labels] = [bench.shared(`data/${scan}.nii.gz`), join(bench.dir, `${scan}.nii.gz`)];
      await bench.python('segment_lungmask.py', path, labels);
      const { volume: ct } = await readNifti(path);
      const theirs = Uint8Array.from((await readNifti(labels)).volume.voxels);
      Object.assign(cases, await overlaps(scan, ct, theirs));
    }
    // Two methods that are both right differ at vessels and pleura: less than on phantoms is asked for.
    return [
      { what: 'Dice of each lung, both LIDC scans', against: 'lungmask R231', bar: { atLeast: 0.95 }, cases },
    ];
  },
};

async function overlaps(name: string, ct: CtVolume, theirs: Uint8Array): Promise<Record<string, number>> {
  const workers = createWorkerPool(1);
  const { lungs } = await runStage(segment(), { ct }, workers);
  await workers.close();
  return {
    [`${name}, right`]: dice(lungs.voxels, theirs, RIGHT_LUNG),
    [`${name}, left`]: dice(lungs.voxels, theirs, LEFT_LUNG),
  };
}
