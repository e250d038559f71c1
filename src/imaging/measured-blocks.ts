/** Which blocks of a coarse grid a scan measured; means of those that lie partly outside its field of view, put right. */
import type { Blocks } from './block-mean.js';
import type { RowExtents } from './row-extents.js';
import { voxelCount, type CtVolume } from './volume.js';

/**
 * @param means of all voxels of each block, as `blockMean` gives them: made anew, of measured voxels alone, where some are padding
 * @param field as `fieldOfView` tells it; undefined where every voxel was measured
 * @param low, high what voxels are clamped to
 * @returns 1 for each block that holds a measured voxel
 */
export function measuredBlocks(
  means: Int16Array,
  { voxels, geometry: { size } }: CtVolume,
  { grid, offsets: [xs, ys, zs], cuts: [xCuts, yCuts, zCuts] }: Blocks,
  field: RowExtents | undefined,
  low: number,
  high: number,
): Uint8Array {
  const measured = new Uint8Array(voxelCount(grid)).fill(1);
  if (!field) return measured;
  const [nx, ny] = size;
  for (let c = 0; c < zCuts.length - 1; c++) {
    for (let b = 0; b < yCuts.length - 1; b++) {
      const rows: number[] = [];
      for (let k = zCuts[c]; k < zCuts[c + 1]; k++)
        for (let j = yCuts[b]; j < yCuts[b + 1]; j++) rows.push(j + ny * k);
      // Blocks between the innermost ends of these rows are whole.
      const [from, to] = common(rows, field);
      if (from === 0 && to === nx) continue;
      const base = ys[yCuts[b]] + zs[zCuts[c]];
      for (let a = 0; a < xCuts.length - 1; a++) {
        if (xCuts[a] >= from && xCuts[a + 1] <= to) continue;
        const block = base + xs[xCuts[a]];
        const mean = meanWithin(rows, xCuts[a], xCuts[a + 1]);
        if (mean === undefined) measured[block] = 0;
        else means[block] = mean;
      }
    }
  }
  return measured;

  function meanWithin(rows: readonly number[], first: number, end: number): number | undefined {
    let [sum, count] = [0, 0];
    for (const row of rows) {
      const [from, to] = [Math.max(first, field![2 * row]), Math.min(end, field![2 * row + 1])];
      for (let i = nx * row + from; i < nx * row + to; i++) {
        const value = voxels[i];
        sum += value > low ? (value < high ? value : high) : low;
      }
      count += Math.max(0, to - from);
    }
    return count === 0 ? undefined : Math.floor(sum / count + 0.5);
  }
}

/** The stretch of voxels that all rows have measured; 0, 0 for none. */
function common(rows: readonly number[], field: RowExtents): [number, number] {
  let [from, to] = [0, Infinity];
  for (const row of rows) {
    from = Math.max(from, field[2 * row]);
    to = Math.min(to, field[2 * row + 1]);
  }
  return from < to ? [from, to] : [0, 0];
}
