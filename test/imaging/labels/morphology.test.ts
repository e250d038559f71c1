import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { cropAround } from '../../../src/imaging/space/crop.js';
import type { Grid } from '../../../src/imaging/space/grid.js';
import { close, dilate, erode, open } from '../../../src/imaging/labels/morphology.js';

const grid: Grid = { size: [6, 5, 4], spacing: [1, 1.5, 2.5] };
/** Rows of several words. */
const wide: Grid = { size: [70, 3, 2], spacing: [0.7, 1.5, 2.5] };

const voxels = ({ size: [nx, ny, nz] }: Grid) => nx * ny * nz;
const masksOf = (of: Grid) =>
  fc
    .array(fc.nat(9), { minLength: voxels(of), maxLength: voxels(of) })
    .map((draws) => Uint8Array.from(draws, (n) => (n < 2 ? 1 : 0)));
const masks = masksOf(grid);
const radii = fc.double({ min: 0, max: 5, noNaN: true });

function near(mask: Uint8Array, { size: [nx, ny], spacing }: Grid, radiusMm: number): Uint8Array {
  const at = (i: number) =>
    [i % nx, Math.floor(i / nx) % ny, Math.floor(i / (nx * ny))].map((index, a) => index * spacing[a]);
  const marked = [...mask.keys()].filter((i) => mask[i] !== 0).map(at);
  return mask.map((_, a) => {
    const p = at(a);
    const isNear = marked.some(
      (q) => Math.hypot(p[0] - q[0], p[1] - q[1], p[2] - q[2]) <= radiusMm * (1 + 1e-9),
    );
    return isNear ? 1 : 0;
  });
}

describe('morphology', () => {
  it('grows by a ball in millimetres', () => {
    fc.assert(
      fc.property(masks, radii, (mask, radius) => {
        assert.deepEqual(dilate(mask, grid, radius), near(mask, grid, radius));
      }),
      { numRuns: 60 },
    );
  });

  it('does so across the words of long rows', () => {
    fc.assert(
      fc.property(masksOf(wide), radii, (mask, radius) => {
        assert.deepEqual(dilate(mask, wide, radius), near(mask, wide, radius));
        const inverse = mask.map((v) => 1 - v);
        assert.deepEqual(
          erode(inverse, wide, radius),
          near(mask, wide, radius).map((v) => 1 - v),
        );
      }),
      { numRuns: 30 },
    );
  });

  it('shrinks by the same ball from outside', () => {
    fc.assert(
      fc.property(masks, radii, (mask, radius) => {
        const inverse = mask.map((v) => 1 - v);
        assert.deepEqual(
          erode(inverse, grid, radius),
          near(mask, grid, radius).map((v) => 1 - v),
        );
      }),
      { numRuns: 30 },
    );
  });

  it('closing only adds, opening only takes, and doing it again changes nothing', () => {
    fc.assert(
      fc.property(masks, radii, (mask, radius) => {
        const [closed, opened] = [close(mask, grid, radius), open(mask, grid, radius)];
        mask.forEach((v, i) => assert.ok(opened[i] <= v && v <= closed[i]));
        assert.deepEqual(close(closed, grid, radius), closed);
        assert.deepEqual(open(opened, grid, radius), opened);
      }),
      { numRuns: 30 },
    );
  });
});

describe('crop', () => {
  it('holds the label with room all around, also beyond the grid, and leads back to it', () => {
    const labels = new Uint8Array(120);
    labels[0] = 2;
    labels[7] = 2;
    labels[119] = 1;
    const crop = cropAround(labels, grid, 2, 3);
    assert.ok(crop);
    assert.deepEqual(crop.grid.size, [2 + 2 * 4, 2 + 2 * 3, 1 + 2 * 3]);
    assert.equal(
      crop.mask.reduce((sum, v) => sum + v, 0),
      2,
    );
    const back = new Uint8Array(120);
    crop.eachRow((inGrid, inCrop, length) => back.set(crop.mask.subarray(inCrop, inCrop + length), inGrid));
    assert.deepEqual(
      back,
      labels.map((v) => (v === 2 ? 1 : 0)),
    );
    assert.equal(cropAround(labels, grid, 3, 3), undefined);
  });
});
