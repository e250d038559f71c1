/** A mask as its stretches along x: far fewer than its voxels, so that what is done by stretch is quick. */
import type { Grid } from '../space/grid.js';
import { stretchEnds } from './stretch.js';

export interface Runs {
  /** First voxel of each run, ascending. */
  readonly starts: Int32Array;
  /** The voxel after the last of each run; a run never goes on into the next row. */
  readonly ends: Int32Array;
  /** For each row of the grid, which run is its first; then the number of runs. */
  readonly firstOfRow: Int32Array;
}

/** The longest stretches of voxels that hold `value`. */
export function runsOf(labels: Uint8Array, { size: [nx, ny, nz] }: Grid, value: number): Runs {
  const rows = ny * nz;
  const most = Math.ceil(nx / 2) * rows;
  const starts = new Int32Array(most);
  const ends = new Int32Array(most);
  const firstOfRow = new Int32Array(rows + 1);
  const stretchEnd = stretchEnds(labels);
  let count = 0;
  for (let row = 0, i = 0; row < rows; row++) {
    firstOfRow[row] = count;
    for (const end = i + nx; i < end;) {
      const from = i;
      const label = labels[i];
      i = stretchEnd(i + 1, end, label);
      if (label !== value) continue;
      starts[count] = from;
      ends[count++] = i;
    }
  }
  firstOfRow[rows] = count;
  return { starts: starts.slice(0, count), ends: ends.slice(0, count), firstOfRow };
}
