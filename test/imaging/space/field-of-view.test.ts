import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { blockMean, blocksOf } from '../../../src/imaging/resampling/block-mean.js';
import { convexRows } from '../../../src/imaging/labels/convex-rows.js';
import { fieldOfView } from '../../../src/imaging/space/field-of-view.js';
import type { Geometry } from '../../../src/imaging/space/geometry.js';
import { measuredBlocks } from '../../../src/imaging/resampling/measured-blocks.js';
import type { CtVolume } from '../../../src/imaging/space/volume.js';

const SIZE = [60, 50, 6] as const;
const geometry: Geometry = {
  size: SIZE,
  spacing: [1, 1, 2],
  origin: [0, 0, 0],
  direction: [1, 0, 0, 0, 1, 0, 0, 0, 1],
};

const inCircle = (x: number, y: number) => Math.hypot(x - 30, y - 25) <= 20;

/** Noise in a circle, one value around it. */
function circle(padding: number, around = inCircle): CtVolume {
  const voxels = new Int16Array(new SharedArrayBuffer(2 * SIZE[0] * SIZE[1] * SIZE[2]));
  for (let i = 0; i < voxels.length; i++) {
    const [x, y] = [i % SIZE[0], Math.floor(i / SIZE[0]) % SIZE[1]];
    voxels[i] = around(x, y) ? -1000 + ((Math.imul(i + 1, 0x9e3779b1) >>> 16) % 41) - 20 : padding;
  }
  return { voxels, geometry };
}

describe('the field of view', () => {
  for (const padding of [-3024, -2048, -1024, -1000])
    it(`is the circle, at a padding of ${padding}`, () => {
      const rows = fieldOfView(circle(padding))!;
      for (let r = 0; r < SIZE[1] * SIZE[2]; r++) {
        const y = r % SIZE[1];
        const inside = [...Array(SIZE[0]).keys()].filter((x) => inCircle(x, y));
        // A voxel of noise that happens to hold the padding's value is no loss.
        const [from, to] = [rows[2 * r], rows[2 * r + 1]];
        if (inside.length === 0) assert.equal(from, to);
        else if (inside.length > 2) {
          assert.ok(from >= inside[0] && from <= inside[0] + 1, `row ${r} from ${from}`);
          assert.ok(to <= inside.at(-1)! + 1 && to >= inside.at(-1)!, `row ${r} to ${to}`);
        }
      }
    });

  it('is everything where nothing is padding: air that varies, or tissue of one value', () => {
    assert.equal(fieldOfView(circle(0, () => true)), undefined);
    assert.equal(fieldOfView(circle(40)), undefined);
  });

  it('leaves padding out of the means of blocks', () => {
    const ct = circle(-3024);
    const blocks = blocksOf(geometry, 4);
    const means = blockMean(ct, blocks, -1024, 300);
    const measured = measuredBlocks(means, ct, blocks, fieldOfView(ct), -1024, 300);
    assert.ok(measured.includes(0) && measured.includes(1));
    means.forEach((mean, i) => {
      if (measured[i] === 1) assert.ok(Math.abs(mean + 1000) <= 20, `block ${i}: ${mean}`);
    });
  });
});

describe('convex rows', () => {
  it('are the hull of what was given, and no less', () => {
    const rows = Int32Array.from([0, 0, 10, 12, 9, 10, 0, 0, 4, 14, 8, 9, 10, 11]);
    convexRows(rows);
    assert.deepEqual([...rows], [0, 0, 10, 12, 8, 13, 6, 14, 4, 14, 7, 13, 10, 11]);
  });
});
