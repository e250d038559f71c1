import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { phantomAtlas, landmarkPoints } from '../../../data/phantom/atlas.js';
import type { Geometry } from '../../../src/imaging/space/geometry.js';
import { patchesWithLung } from '../../../src/imaging/atlas/patches-with-lung.js';
import type { LungLabels } from '../../../src/imaging/space/volume.js';

/** A slab of lung across the grid, `deep` slices of it. */
function slab(deep: number, spacing: Geometry['spacing'], direction: Geometry['direction']): LungLabels {
  const size = [60, 60, 60] as const;
  const voxels = new Uint8Array(new SharedArrayBuffer(60 ** 3));
  voxels.fill(1, 0, 3600 * deep);
  return { voxels, geometry: { size, spacing, origin: [0, 0, 0], direction } };
}
const LPS = [1, 0, 0, 0, 1, 0, 0, 0, 1] as const;
const LAS = [1, 0, 0, 0, -1, 0, 0, 0, 1] as const;

describe('patches with lung', () => {
  it('are those of which more than a tenth is lung', () => {
    // 3 of 32 slices are less than a tenth, 4 are more.
    for (const [deep, share] of [
      [3, 0],
      [4, 1],
    ] as const)
      assert.equal(patchesWithLung(slab(deep, [1, 1, 1], LPS), Float64Array.of(5, 5, 0)), share);
  });

  it('are counted in millimetres along the grid of the scan', () => {
    const { voxels, geometry } = slab(4, [0.5, 0.5, 0.5], LPS);
    // 4 slices of 0.5 mm are the nearest to 2 voxels of 1 mm.
    assert.equal(patchesWithLung({ voxels, geometry }, Float64Array.of(0, 0, 0)), 0);
    // Along y the other way, a patch leaves the grid at once.
    assert.equal(patchesWithLung(slab(60, [1, 1, 1], LPS), Float64Array.of(5, 5, 0)), 1);
    assert.equal(patchesWithLung(slab(60, [1, 1, 1], LAS), Float64Array.of(5, -5, 0)), 1);
    assert.equal(patchesWithLung(slab(60, [1, 1, 1], LAS), Float64Array.of(5, 30, 0)), 0);
  });

  it('are all of an atlas whose landmarks were chosen by the rule', () => {
    const atlas = phantomAtlas();
    assert.equal(patchesWithLung(atlas.lungs, Float64Array.from(landmarkPoints(atlas).flat())), 1);
  });
});
