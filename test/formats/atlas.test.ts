import assert from 'node:assert/strict';
import { existsSync, mkdirSync } from 'node:fs';
import { describe, it } from 'node:test';
import { workerModule } from '../../src/core/worker-module.js';
import { loadAtlas } from '../../src/formats/atlas.js';
import { npyBytes, type NpyArray } from '../../src/formats/npy.js';
import { writeDurably } from '../../src/store/durable-file.js';
import { writeNifti } from '../../src/store/write-nifti.js';
import { createWorkerPool } from '../../src/workers/pool.js';
import { scratchDirectory } from '../temporary.js';

const scratch = scratchDirectory('atlas');

const size = [40, 36, 34] as const;
const cornersOf = (...numbers: number[]): NpyArray => ({
  data: BigInt64Array.from(numbers.map(BigInt)),
  shape: [numbers.length / 3, 3],
});
const fitting = cornersOf(0, 0, 0, 8, 4, 2);

/** An atlas whose voxels repeat these values. */
async function makeAtlas(name: string, values: readonly number[], corners: NpyArray): Promise<string> {
  const directory = `${scratch.directory}/${name}`;
  mkdirSync(directory);
  const voxels = new Int16Array(new SharedArrayBuffer(2 * size[0] * size[1] * size[2]));
  voxels.forEach((_, i) => (voxels[i] = values[i % values.length]));
  await writeNifti(`${directory}/atlas_lung_mask.nii.gz`, {
    voxels,
    geometry: { size, spacing: [1, 1, 1], origin: [0, 0, 0], direction: [1, 0, 0, 0, 1, 0, 0, 0, 1] },
  });
  await writeDurably(`${directory}/atlas_patch_loc.npy`, npyBytes(corners));
  return directory;
}

describe('loading an atlas', () => {
  for (const [name, values] of [
    ['of 50 and 100', [0, 50, 100, 100]],
    ['of 1 and 2', [0, 1, 2, 2]],
  ] as const) {
    it(`takes labels ${name} for right and left`, async () => {
      const { atlas } = await loadAtlas(await makeAtlas(name, values, fitting));
      assert.deepEqual([...atlas.lungs.voxels.subarray(0, 8)], [0, 1, 2, 2, 0, 1, 2, 2]);
      assert.equal(atlas.count, 2);
      assert.deepEqual([...atlas.cornersXyz], [0, 0, 0, 8, 4, 2]);
    });
  }

  it('accepts corners in any type of whole numbers', async () => {
    const corners = { data: Float64Array.of(1, 2, 2), shape: [1, 3] };
    const { atlas } = await loadAtlas(await makeAtlas('doubles', [0, 1, 2], corners));
    assert.deepEqual([...atlas.cornersXyz], [1, 2, 2]);
  });

  const bad: readonly [string, readonly number[], NpyArray, string][] = [
    ['a third label', [0, 1, 2, 3], fitting, 'atlas-mask'],
    ['two kinds of labels', [0, 1, 100], fitting, 'atlas-mask'],
    ['one lung', [0, 50], fitting, 'atlas-mask'],
    ['no lung', [0], fitting, 'atlas-mask'],
    ['corners in one row', [0, 1, 2], { data: Int32Array.of(1, 2, 3), shape: [3] }, 'atlas-corners'],
    ['corners of two numbers', [0, 1, 2], { data: Int32Array.of(1, 2), shape: [1, 2] }, 'atlas-corners'],
    ['no corners', [0, 1, 2], { data: new Int32Array(0), shape: [0, 3] }, 'atlas-corners'],
    ['a corner below 0', [0, 1, 2], cornersOf(0, -1, 0), 'atlas-corners'],
    ['a patch beyond the mask', [0, 1, 2], cornersOf(0, 0, 3), 'atlas-corners'],
    [
      'a corner between voxels',
      [0, 1, 2],
      { data: Float64Array.of(0, 0.5, 0), shape: [1, 3] },
      'atlas-corners',
    ],
  ];
  for (const [name, values, corners, code] of bad) {
    it(`refuses ${name}`, async () => {
      const directory = await makeAtlas(name, values, corners);
      await assert.rejects(loadAtlas(directory), { name: 'LungflowError', kind: 'pipeline-file', code });
    });
  }

  it("says which file is missing or damaged, as the pipeline's error", async () => {
    const missing = { kind: 'pipeline-file', code: 'atlas-file-missing', what: /atlas_lung_mask\.nii\.gz/ };
    await assert.rejects(loadAtlas(`${scratch.directory}/nowhere`), missing);
    const directory = await makeAtlas('damaged', [0, 1, 2], fitting);
    scratch.put('damaged/atlas_patch_loc.npy', Buffer.from('damaged, and no numpy array'));
    await assert.rejects(loadAtlas(directory), { kind: 'pipeline-file', code: 'atlas-npy-unrecognised' });
  });

  const real = '../shared/atlas';
  it(
    'loads the COPDGene atlas, on a worker thread',
    { skip: !existsSync(real) && `${real} is not there` },
    async () => {
      const pool = createWorkerPool(1);
      const url = new URL('../../src/formats/atlas.js', import.meta.url);
      const loaded = await pool.run(
        workerModule<typeof import('../../src/formats/atlas.js')>(url),
        'loadAtlas',
        real,
      );
      await pool.close();
      const { lungs, cornersXyz, count } = loaded.atlas;
      assert.deepEqual(lungs.geometry, {
        size: [387, 387, 319],
        spacing: [1, 1, 1],
        origin: [-189.1220703125, -9.957916259765625, -1132.5],
        direction: [1, 0, 0, 0, -1, 0, 0, 0, 1],
      });
      assert.equal(count, 581);
      assert.equal(cornersXyz.length, 3 * 581);
      const counts = [0, 0, 0];
      for (const label of lungs.voxels) counts[label] += 1;
      // Origin: NumPy, voxels equal to 0, 50, 100.
      assert.deepEqual(counts, [41289244, 3318199, 3168868]);
      assert.equal(loaded.sha256.mask, '3f2ea5e6f8c617544a816532fac7a37c7db5d55d891b9e5fad8c15bf5e81585c'); // sha256sum
      assert.equal(loaded.sha256.corners, '256c5a9fe85e27f6dd0344619cbcbac74b2fe2f3e6ebdccd02397d20e8aae845');
    },
  );
});
