/** Which blocks of a coarse grid a scan measured; means of those that lie partly outside its field of view, put right. */
import type { Blocks } from './block-mean.js';
import type { RowExtents } from '../labels/row-extents.js';
import { voxelCount, type CtVolume } from '../space/volume.js';

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
      const { whole, some } = reach(rows, field);
      if (whole[0] === 0 && whole[1] === nx) continue;
      const base = ys[yCuts[b]] + zs[zCuts[c]];
      const judge = (a: number) => {
        const block = base + xs[xCuts[a]];
        const outside = xCuts[a + 1] <= some[0] || xCuts[a] >= some[1];
        const mean = outside ? undefined : meanWithin(rows, xCuts[a], xCuts[a + 1]);
        if (mean === undefined) measured[block] = 0;
        else means[block] = mean;
      };
      // Blocks before and behind those that lie within whole.
      let a = 0;
      for (; a < xCuts.length - 1 && xCuts[a] < whole[0]; a++) judge(a);
      for (let last = xCuts.length - 2; last >= a && xCuts[last + 1] > whole[1]; last--) judge(last);
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

/** The stretches of voxels that all rows, and that any row, have measured. */
function reach(rows: readonly number[], field: RowExtents) {
  const whole = [0, Infinity];
  const some = [Infinity, 0];
  for (const row of rows) {
    const [from, to] = [field[2 * row], field[2 * row + 1]];
    whole[0] = Math.max(whole[0], from);
    whole[1] = Math.min(whole[1], to);
    if (from === to) continue;
    some[0] = Math.min(some[0], from);
    some[1] = Math.max(some[1], to);
  }
  return { whole: whole[0] < whole[1] ? whole : [0, 0], some };
}
