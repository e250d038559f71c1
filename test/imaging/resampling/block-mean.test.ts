import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { blockMean, blocksOf } from '../../../src/imaging/resampling/block-mean.js';
import type { Geometry } from '../../../src/imaging/space/geometry.js';

const geometry = (size: Geometry['size'], spacing: Geometry['spacing'], flipX = false): Geometry => ({
  size,
  spacing,
  origin: [0, 0, 0],
  direction: [flipX ? -1 : 1, 0, 0, 0, 1, 0, 0, 0, 1],
});
const row = (...values: number[]) => {
  const voxels = new Float32Array(new SharedArrayBuffer(4 * values.length));
  voxels.set(values);
  return voxels;
};

describe('block means', () => {
  it('are about the wished size in millimetres along each axis', () => {
    const { grid } = blocksOf(geometry([512, 512, 133], [0.7, 0.7, 2.5]), 2.2);
    assert.deepEqual(grid.size, [171, 171, 133]);
    assert.ok(Math.abs(grid.spacing[0] - 2.1) < 1e-12 && grid.spacing[2] === 2.5);
  });

  it('average what is there: a last block with fewer voxels, padding and metal clamped, NaN as low', () => {
    const scan = geometry([5, 1, 1], [1, 5, 5]);
    const voxels = row(-100, 300, -3000, NaN, 9000);
    const means = blockMean({ voxels, geometry: scan }, blocksOf(scan, 2), -1000, 500);
    assert.deepEqual([...means], [100, -1000, 500]);
  });

  it('start from the same anatomical end however the scan is stored', () => {
    const scan = geometry([5, 1, 1], [1, 5, 5], true);
    const means = blockMean({ voxels: row(1, 2, 3, 4, 5), geometry: scan }, blocksOf(scan, 2), 0, 9);
    assert.deepEqual([...means], [5, 3, 1].map((v) => (v === 1 ? 1 : v - 0.5)).map(Math.round));
  });

  it('know the neighbour on each voxel’s side of its block, none beyond the grid', () => {
    const { towards } = blocksOf(geometry([6, 1, 1], [1, 5, 5]), 3);
    assert.deepEqual([...towards[0]], [0, 0, 1, -1, 0, 0]);
  });
});
