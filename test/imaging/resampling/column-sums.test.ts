import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { columnSums } from '../../../src/imaging/resampling/column-sums.js';
import type { Geometry } from '../../../src/imaging/space/geometry.js';
import type { CtVolume } from '../../../src/imaging/space/volume.js';

const volume = (size: Geometry['size'], voxels: CtVolume['voxels']): CtVolume => ({
  voxels,
  geometry: { size, spacing: [1, 1, 1], origin: [0, 0, 0], direction: [1, 0, 0, 0, 1, 0, 0, 0, 1] },
});

/** Voxel by voxel. */
function plain(
  { voxels, geometry }: CtVolume,
  cuts: Int32Array,
  low: number,
  high: number,
  z0: number,
  z1: number,
) {
  const [nx, ny] = geometry.size;
  const sums = new Array<number>(nx * (cuts.length - 1)).fill(0);
  for (let z = z0; z < z1; z++)
    for (let y = 0; y < ny; y++)
      for (let x = 0; x < nx; x++) {
        const value = voxels[x + nx * (y + ny * z)];
        const block = cuts.findIndex((cut) => cut > y) - 1;
        sums[x + nx * block] += Number.isNaN(value) ? low : Math.min(high, Math.max(low, value));
      }
  return sums;
}

/** A volume of whole numbers, also beyond what they are clamped to, and where blocks of rows begin. */
const cases = fc
  .tuple(fc.integer({ min: 1, max: 37 }), fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 4 }))
  .chain((size) => {
    const [nx, ny, nz] = size;
    const count = nx * ny * nz;
    const inner = fc.subarray(Array.from({ length: ny - 1 }, (_, y) => y + 1));
    return fc.record({
      size: fc.constant(size),
      values: fc.int16Array({ minLength: count, maxLength: count }),
      cuts: inner.map((between) => Int32Array.of(0, ...between, ny)),
    });
  });

describe('column sums', () => {
  const types = {
    int16: (values: Int16Array) => {
      const voxels = new Int16Array(new SharedArrayBuffer(2 * values.length));
      voxels.set(values);
      return voxels;
    },
    float32: (values: Int16Array) => {
      const voxels = new Float32Array(new SharedArrayBuffer(4 * values.length));
      voxels.set(values);
      voxels[values.length >> 1] = NaN;
      return voxels;
    },
  };
  for (const [name, of] of Object.entries(types)) {
    it(`of ${name} are what adding voxel by voxel gives, slab after slab`, () => {
      fc.assert(
        fc.property(cases, ({ size, values, cuts }) => {
          const ct = volume(size, of(values));
          const sums = columnSums(ct, cuts, -1024, 300);
          const middle = size[2] >> 1;
          for (const [from, to] of [
            [0, middle],
            [middle, size[2]],
          ]) {
            assert.deepEqual([...sums(from, to)], plain(ct, cuts, -1024, 300, from, to));
          }
        }),
      );
    });
  }
});
