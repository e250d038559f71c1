import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { AIR_HU } from '../../../src/imaging/space/volume.js';
import { cutPatches, type BoxedVoxels } from '../../../src/imaging/atlas/patches.js';

const EDGE = 32;

/** A box of 40^3 voxels at (5, 6, 7) of a grid of 60^3; each voxel tells its place. */
const value = (x: number, y: number, z: number) => x + 5 * y - 7 * z;
const box: BoxedVoxels = {
  voxels: Int16Array.from({ length: 40 ** 3 }, (_, i) =>
    value(5 + (i % 40), 6 + (Math.floor(i / 40) % 40), 7 + Math.floor(i / 1600)),
  ),
  size: [40, 40, 40],
  lowXyz: [5, 6, 7],
  gridSize: [60, 60, 60],
};

function cut(from: BoxedVoxels, ...corners: number[]) {
  const patches = new Int16Array(new SharedArrayBuffer((2 * EDGE ** 3 * corners.length) / 3));
  return { patches, filled: cutPatches(from, Int32Array.from(corners), patches) };
}

/** What a patch must hold, voxel by voxel. */
const expected = (cx: number, cy: number, cz: number) =>
  Int16Array.from({ length: EDGE ** 3 }, (_, i) => {
    const [x, y, z] = [cx + (i % EDGE), cy + (Math.floor(i / EDGE) % EDGE), cz + Math.floor(i / EDGE ** 2)];
    const inBox = x >= 5 && x < 45 && y >= 6 && y < 46 && z >= 7 && z < 47;
    return inBox ? value(x, y, z) : AIR_HU;
  });

describe('patches', () => {
  it('are cubes with x fastest and z slowest', () => {
    const { patches, filled } = cut(box, 7, 8, 9, 13, 14, 15);
    assert.deepEqual(Int16Array.from(patches.subarray(0, EDGE ** 3)), expected(7, 8, 9));
    assert.deepEqual(Int16Array.from(patches.subarray(EDGE ** 3)), expected(13, 14, 15));
    assert.equal(filled, 0);
  });

  it('that leave the grid are filled with air and counted; air inside the grid is not counted', () => {
    const cases: [corner: [number, number, number], filled: number][] = [
      [[0, 0, 0], 0],
      [[28, 28, 28], 0],
      [[-1, 10, 10], EDGE ** 2],
      [[29, 10, 10], EDGE ** 2],
      [[-10, 40, 55], EDGE ** 3 - 22 * 20 * 5],
      [[60, 0, 0], EDGE ** 3],
      [[-500, 10, 900], EDGE ** 3],
    ];
    for (const [corner, count] of cases) {
      const { patches, filled } = cut(box, ...corner);
      assert.deepEqual(Int16Array.from(patches), expected(...corner), `corner ${corner.join()}`);
      assert.equal(filled, count, `corner ${corner.join()}`);
    }
  });

  it('of a float32 scan are rounded to the nearest HU, halves up', () => {
    const voxels = Float32Array.from({ length: 40 ** 3 }, (_, i) => [-850.4, -850.5, -850.6, 10.5][i % 4]);
    const { patches } = cut({ ...box, voxels }, 5, 6, 7);
    assert.deepEqual([...patches.subarray(0, 4)], [-850, -850, -851, 11]);
  });
});
