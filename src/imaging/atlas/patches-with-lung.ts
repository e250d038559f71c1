/** How many patches have lung in them, where they will be cut: by the rule that an atlas's landmarks are chosen by. */
import { PATCH_EDGE, PATCH_VOXELS } from './atlas.js';
import type { Geometry } from '../space/geometry.js';
import { isoGrid, PAD, paddedGrid, patchCorners } from '../space/iso-grid.js';
import { REFERENCE_RULE } from './landmark-corners.js';
import type { LungLabels } from '../space/volume.js';

/**
 * @param landmarksLps `[count, 3]`: low corners, LPS mm; patches extend along the grid's own axes, 32 voxels of 1 mm
 * @returns the share of patches in which more than 10 % is lung, 0 to 1; each voxel of 1 mm has the label nearest to it
 */
export function patchesWithLung({ voxels, geometry }: LungLabels, landmarksLps: Float64Array): number {
  const cornersXyz = patchCorners(landmarksLps, paddedGrid(isoGrid(geometry, 1)));
  const least = REFERENCE_RULE.inside * PATCH_VOXELS;
  const count = cornersXyz.length / 3;
  let withLung = 0;
  for (let p = 0; p < count; p++) {
    const [xs, ys, zs] = ([0, 1, 2] as const).map((axis) =>
      labelsUnder(cornersXyz[3 * p + axis] - PAD, geometry, axis),
    );
    if (holdsMore(voxels, geometry, xs, ys, zs, least)) withLung += 1;
  }
  return withLung / count;
}

/** Whether more than `least` of the labels are lung; counts no further than it must. */
function holdsMore(
  voxels: Uint8Array,
  { size: [nx, ny] }: Geometry,
  xs: Int32Array,
  ys: Int32Array,
  zs: Int32Array,
  least: number,
): boolean {
  let inside = 0;
  for (const z of zs) {
    for (const y of ys) {
      const row = nx * (y + ny * z);
      for (let i = 0; i < xs.length; i++) if (voxels[row + xs[i]] !== 0) inside += 1;
    }
    if (inside > least) return true;
  }
  return false;
}

/** Indices of the labels nearest to a patch's voxels along an axis; what lies beyond the grid is no lung. */
function labelsUnder(low: number, { size, spacing }: Geometry, axis: 0 | 1 | 2): Int32Array {
  const nearest = Int32Array.from({ length: PATCH_EDGE }, (_, i) =>
    Math.floor((low + i) / spacing[axis] + 0.5),
  );
  return nearest.filter((index) => index >= 0 && index < size[axis]);
}
