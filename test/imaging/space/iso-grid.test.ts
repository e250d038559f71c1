import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { indexToPoint, type Geometry } from '../../../src/imaging/space/geometry.js';
import { isoGrid, PAD, paddedGrid, patchCorners } from '../../../src/imaging/space/iso-grid.js';
import { neededVoxels } from '../../../src/imaging/resampling/needed-voxels.js';

/** LIDC-IDRI-0003's grid, turned by 90 degrees in plane; 0.82031202... is its float32 pixdim. */
const scan: Geometry = {
  size: [512, 512, 140],
  spacing: [0.8203120231628418, 0.8203120231628418, 2.5],
  origin: [-228.8, -210, -379],
  direction: [0, -1, 0, 1, 0, 0, 0, 0, 1],
};
const iso = isoGrid(scan, 1);

describe('the isotropic grid', () => {
  it('keeps origin and direction and rounds the extent down, along z one slice less', () => {
    assert.deepEqual(iso.size, [419, 419, 347]);
    assert.deepEqual([iso.origin, iso.direction], [scan.origin, scan.direction]);
    assert.deepEqual(isoGrid(scan, 2).size, [209, 209, 173]);
  });

  it('is padded by 60 voxels that move the origin along its own axes', () => {
    const padded = paddedGrid(iso);
    assert.deepEqual(padded.size, [539, 539, 467]);
    assert.deepEqual(padded.origin, [-228.8 + PAD, -210 - PAD, -379 - PAD]);
  });

  it('has patches at landmarks rounded half up', () => {
    const padded = { ...paddedGrid(iso), origin: [0, 0, 0], direction: [1, 0, 0, 0, 1, 0, 0, 0, 1] } as const;
    const landmarks = Float64Array.of(0.5, 1.5, 2.49, -0.5, -1.5, -1.51);
    assert.deepEqual([...patchCorners(landmarks, padded)], [1, 2, 2, 0, -1, -2]);
  });

  it('maps a landmark on a voxel of a turned grid to that voxel', () => {
    const padded = paddedGrid(iso);
    const landmark = Float64Array.from(indexToPoint(padded, [101, 202, 303]));
    assert.deepEqual([...patchCorners(landmark, padded)], [101, 202, 303]);
  });
});

describe('needed voxels', () => {
  it('are a box around all patches and a rectangle around those of each slice', () => {
    const corners = Int32Array.of(PAD + 10, PAD + 20, PAD + 30, PAD + 50, PAD + 5, PAD + 61);
    const needed = neededVoxels(corners, iso)!;
    assert.deepEqual(
      [needed.lowXyz, needed.highXyz],
      [
        [10, 5, 30],
        [82, 52, 93],
      ],
    );
    const rectangle = (z: number) => [...needed.rectangles.subarray(4 * (z - 30), 4 * (z - 30) + 4)];
    assert.deepEqual(rectangle(60), [10, 42, 20, 52]);
    assert.deepEqual(rectangle(61), [10, 82, 5, 52]);
    assert.deepEqual(rectangle(62), [50, 82, 5, 37]);
  });

  it('leave slices between patches empty and stop at the scan', () => {
    const corners = Int32Array.of(
      PAD - 20,
      PAD - 31,
      PAD,
      PAD + 400,
      PAD + 419,
      PAD + 9,
      PAD + 418,
      PAD + 1,
      PAD + 50,
    );
    const needed = neededVoxels(corners, iso)!;
    assert.deepEqual(
      [needed.lowXyz, needed.highXyz],
      [
        [0, 0, 0],
        [419, 33, 82],
      ],
    );
    assert.deepEqual([...needed.rectangles.subarray(4 * 40, 4 * 41)], [0, 0, 0, 0]);
    assert.deepEqual([...needed.rectangles.subarray(0, 4)], [0, 12, 0, 1]);
  });

  it('are none when every patch lies in the padding', () => {
    assert.equal(neededVoxels(Int32Array.of(0, 0, 0, PAD - 32, PAD, PAD), iso), undefined);
  });
});
