/** Labels of a scan on a coarse grid. */
import type { Blocks } from './block-mean.js';
import type { Geometry } from './geometry.js';
import { voxelCount } from './volume.js';

/** For each block, the label of its middle voxel. */
export function blockLabels(
  labels: Uint8Array,
  { size: [nx, ny] }: Geometry,
  { grid, offsets: [xs, ys, zs], cuts: [xCuts, yCuts, zCuts] }: Blocks,
): Uint8Array {
  const coarse = new Uint8Array(voxelCount(grid));
  const middle = (cuts: Int32Array, block: number) => (cuts[block] + cuts[block + 1]) >> 1;
  for (let c = 0; c < zCuts.length - 1; c++)
    for (let b = 0; b < yCuts.length - 1; b++) {
      const row = nx * (middle(yCuts, b) + ny * middle(zCuts, c));
      const base = ys[yCuts[b]] + zs[zCuts[c]];
      for (let a = 0; a < xCuts.length - 1; a++) coarse[base + xs[xCuts[a]]] = labels[row + middle(xCuts, a)];
    }
  return coarse;
}
