/** Labels on the coarse grid of a scan's blocks. */
import type { Blocks } from './block-mean.js';
import { voxelCount, type LungLabels } from './volume.js';

/** Of each block the label of the voxel in its middle: enough for shapes, and few voxels are looked at. */
export function blockLabels({ voxels, geometry }: LungLabels, { grid, cuts, offsets }: Blocks): Uint8Array {
  const labels = new Uint8Array(voxelCount(grid));
  const [nx, ny] = geometry.size;
  const [columns, rows, slices] = cuts.map(middles);
  for (const k of slices)
    for (const j of rows) {
      const row = nx * (j + ny * k);
      const block = offsets[1][j] + offsets[2][k];
      for (const i of columns) labels[block + offsets[0][i]] = voxels[row + i];
    }
  return labels;
}

/** @param cuts where each block in turn begins, and the end of the last */
const middles = (cuts: Int32Array): Int32Array =>
  cuts.subarray(0, -1).map((first, block) => (first + cuts[block + 1] - 1) >> 1);
