/** Labels on the coarse grid of a scan's blocks. */
import type { Blocks } from '../resampling/block-mean.js';
import type { RowExtents } from './row-extents.js';
import { voxelCount, type LungLabels } from '../space/volume.js';

/**
 * Of each block the label of the voxel in its middle: enough for shapes, and few voxels are looked at.
 * @param extents where in each row labels lie: the rest is not looked at; undefined: anywhere
 */
export function blockLabels(
  { voxels, geometry }: LungLabels,
  { grid, cuts, offsets }: Blocks,
  extents?: RowExtents,
): Uint8Array {
  const labels = new Uint8Array(voxelCount(grid));
  const [nx, ny] = geometry.size;
  const [columns, rows, slices] = cuts.map(middles);
  for (const k of slices)
    for (const j of rows) {
      const row = j + ny * k;
      const block = offsets[1][j] + offsets[2][k];
      const [from, to] = extents ? [extents[2 * row], extents[2 * row + 1]] : [0, nx];
      if (from === to) continue;
      for (const i of columns) if (i >= from && i < to) labels[block + offsets[0][i]] = voxels[nx * row + i];
    }
  return labels;
}

/** @param cuts where each block in turn begins, and the end of the last */
const middles = (cuts: Int32Array): Int32Array =>
  cuts.subarray(0, -1).map((first, block) => (first + cuts[block + 1] - 1) >> 1);
