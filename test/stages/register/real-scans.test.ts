import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { ItemStage } from '../../../src/core/stage.js';
import { readNifti } from '../../../src/formats/nifti/index.js';
import type { LungLabels } from '../../../src/imaging/space/volume.js';
import { createWorkerPool } from '../../../src/workers/pool.js';
import { register } from '../../../stages/register/index.js';
import { restored } from '../../imaging/space/plain-reorient.js';
import { search } from '../../imaging/segmentation/search.js';
import { stageEnv, stageTask } from '../../../src/testing/index.js';

const shared = fileURLToPath(new URL('../../../../../shared', import.meta.url));

/** Origin: the mask resampled to 1 mm (nearest) and cut by SimpleITK and NumPy, patches counted by the atlas's rule. */
const scans = [
  { sid: 'LIDC-IDRI-0001', LAS: 550, LPS: 444 },
  { sid: 'LIDC-IDRI-0003', LAS: 481, LPS: 405 },
] as const;

describe('patches with lung of real scans', () => {
  const pool = createWorkerPool(1);
  after(() => pool.close());
  for (const { sid, ...patches } of scans)
    it(`${sid}: ${patches.LAS} of 581, and ${patches.LPS} when cut along LPS`, async (t) => {
      const path = join(shared, `data/${sid}.nii.gz`);
      if (!existsSync(path)) return t.skip('../shared/data is not here');
      const open = await register({ atlas: join(shared, 'atlas'), save: [] }).open(
        stageEnv({ workers: pool }),
      );
      const { volume } = await readNifti(path, 'LAS');
      const { lungs } = search(volume);
      for (const order of ['LAS', 'LPS'] as const) {
        const task = stageTask({ workers: pool });
        const labels: LungLabels = restored(lungs, order);
        await (open as ItemStage<{ lungs: LungLabels }, object>).process({ lungs: labels }, task);
        const count = 581 * Number(task.facts.get('patches_with_lung'));
        assert.ok(Math.abs(count - patches[order]) <= 2, `${count} of 581 patches`);
        assert.equal(task.flags.length, order === 'LAS' ? 0 : 2, task.flags.join('; '));
      }
    });
});
