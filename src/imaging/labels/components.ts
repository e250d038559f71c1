/** Connected components by runs: 6 neighbours in space, or 4 within each axial slice. */
import type { Grid } from '../space/grid.js';
import { runsOf, type Runs } from './runs.js';

export interface Components {
  readonly runs: Runs;
  /** The component of each run: 1, 2, ... in order of each component's first voxel. */
  readonly ofRun: Int32Array;
  /** Voxels of each component; `sizes[0]` is unused. */
  readonly sizes: readonly number[];
}

/** 6-connected components of the voxels that hold `value`. */
export function components(labels: Uint8Array, grid: Grid, value = 1): Components {
  const [, ny, nz] = grid.size;
  const runs = runsOf(labels, grid, value);
  const parents = Int32Array.from(runs.starts.keys());
  joinAlongY(runs, parents, grid);
  for (let row = ny; row < ny * nz; row++) joinRows(runs, parents, row - ny, row, grid);
  return numbered(runs, parents);
}

/** 4-connected components of each axial slice's voxels that hold 1. */
export function sliceComponents(mask: Uint8Array, grid: Grid): Components {
  const runs = runsOf(mask, grid, 1);
  const parents = Int32Array.from(runs.starts.keys());
  joinAlongY(runs, parents, grid);
  return numbered(runs, parents);
}

function joinAlongY(runs: Runs, parents: Int32Array, grid: Grid): void {
  const [, ny, nz] = grid.size;
  for (let row = 1; row < ny * nz; row++) if (row % ny !== 0) joinRows(runs, parents, row - 1, row, grid);
}

/** Unites the runs of two rows where they lie side by side. The root of a set is its first run. */
function joinRows(
  { starts, ends, firstOfRow }: Runs,
  parents: Int32Array,
  before: number,
  row: number,
  { size: [nx] }: Grid,
): void {
  const shift = (row - before) * nx;
  let [a, b] = [firstOfRow[before], firstOfRow[row]];
  const [endA, endB] = [firstOfRow[before + 1], firstOfRow[row + 1]];
  while (a < endA && b < endB) {
    const [lastA, lastB] = [ends[a] + shift, ends[b]];
    if (starts[a] + shift < lastB && starts[b] < lastA) {
      const [rootA, rootB] = [rootOf(parents, a), rootOf(parents, b)];
      if (rootA < rootB) parents[rootB] = rootA;
      else parents[rootA] = rootB;
    }
    if (lastA < lastB) a++;
    else b++;
  }
}

function rootOf(parents: Int32Array, run: number): number {
  while (parents[run] !== run) {
    parents[run] = parents[parents[run]];
    run = parents[run];
  }
  return run;
}

function numbered(runs: Runs, parents: Int32Array): Components {
  const ofRun = new Int32Array(parents.length);
  const sizes = [0];
  for (let run = 0; run < parents.length; run++) {
    const root = rootOf(parents, run);
    if (root === run) ofRun[run] = sizes.push(0) - 1;
    else ofRun[run] = ofRun[root];
    sizes[ofRun[run]] += runs.ends[run] - runs.starts[run];
  }
  return { runs, ofRun, sizes };
}
