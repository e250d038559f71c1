import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { readNifti } from '../../../src/formats/nifti/index.js';
import { landmarkCorners } from '../../../src/imaging/atlas/landmark-corners.js';
import type { LungLabels } from '../../../src/imaging/space/volume.js';

const ATLAS = new URL('../../../../../shared/atlas/atlas_lung_mask.nii.gz', import.meta.url);

function labels(
  size: readonly [number, number, number],
  inside: (x: number, y: number, z: number) => boolean,
): LungLabels {
  const voxels = new Uint8Array(new SharedArrayBuffer(size[0] * size[1] * size[2]));
  for (let z = 0, at = 0; z < size[2]; z++)
    for (let y = 0; y < size[1]; y++)
      for (let x = 0; x < size[0]; x++, at++) if (inside(x, y, z)) voxels[at] = 1;
  return {
    voxels,
    geometry: { size, spacing: [1, 1, 1], origin: [0, 0, 0], direction: [1, 0, 0, 0, 1, 0, 0, 0, 1] },
  };
}

describe('landmark corners', () => {
  it('run every 26 voxels, x outermost and z innermost, and stop short of size - 32', () => {
    const { cornersXyz: corners } = landmarkCorners(labels([59, 33, 59], () => true));
    assert.deepEqual([...corners], [0, 0, 0, 0, 0, 26, 26, 0, 0, 26, 0, 26]);
    assert.deepEqual(
      [...landmarkCorners(labels([32, 33, 33], () => true)).cornersXyz],
      [],
      'range(0, 0) is empty',
    );
  });

  it('need more than a tenth of the patch', () => {
    // 3276.8 voxels are a tenth of 32^3: 3 slices of 1024 are 3072, and 205 more make 3277.
    const almost = (x: number, y: number, z: number): boolean => z < 3 || (z === 3 && x + 32 * y < 204);
    const enough = (x: number, y: number, z: number): boolean => z < 3 || (z === 3 && x + 32 * y < 205);
    const within = (rule: typeof almost) => (x: number, y: number, z: number) =>
      x < 32 && y < 32 && rule(x, y, z);
    assert.equal(landmarkCorners(labels([33, 33, 33], within(almost))).cornersXyz.length, 0);
    assert.equal(landmarkCorners(labels([33, 33, 33], within(enough))).cornersXyz.length, 3);
  });

  it('ask for more lung when a thousand patches have enough', () => {
    // 10^3 patches are all full at a share of 0.1; only patches without the sparse half stay above 0.2.
    const size = [26 * 9 + 33, 26 * 9 + 33, 26 * 9 + 33] as const;
    const sparse = landmarkCorners(labels(size, (x, _, z) => x < 130 || z % 8 === 0));
    assert.equal(sparse.cornersXyz.length / 3, 500);
    assert.equal(sparse.inside, 0.2);
  });

  it('are 575 on the released COPDGene mask (reference section 0)', async (t) => {
    if (!existsSync(ATLAS)) return t.skip('../shared/atlas is not here');
    const { volume } = await readNifti(fileURLToPath(ATLAS));
    const [nx, ny] = volume.geometry.size;
    const inside = (x: number, y: number, z: number) => volume.voxels[x + nx * (y + ny * z)] !== 0;
    const { cornersXyz } = landmarkCorners(labels(volume.geometry.size, inside));
    assert.equal(cornersXyz.length / 3, 575);
  });
});
