/** Connected components (6 neighbours in space, 4 in a slice) and flooding. */
import type { Grid } from './grid.js';
import { voxelCount } from './volume.js';

export interface Components {
  /** 0 outside the mask, then 1, 2, ... in order of each component's first voxel. */
  readonly labels: Int32Array;
  /** Voxels of each component; `sizes[0]` is unused. */
  readonly sizes: readonly number[];
}

/** 6-connected components of the non-zero voxels. */
export function components(mask: Uint8Array, grid: Grid): Components {
  const labels = new Int32Array(mask.length);
  const sizes = [0];
  const queue = new Int32Array(mask.length);
  for (let seed = 0; seed < mask.length; seed++) {
    if (mask[seed] === 0 || labels[seed] !== 0) continue;
    const label = sizes.length;
    labels[seed] = label;
    queue[0] = seed;
    sizes.push(
      spread(grid, queue, 1, (i) => mask[i] !== 0 && labels[i] === 0 && ((labels[i] = label), true)),
    );
  }
  return { labels, sizes };
}

/**
 * Breadth-first spread to the 6 neighbours that `enter` accepts (and marks, so that it accepts each only once).
 * @param queue room for every voxel; its first `count` entries are the seeds, already marked
 * @param limit stops once this many voxels are reached
 * @returns voxels reached, seeds included: they stand at the queue's start
 */
export function spread(
  { size: [nx, ny, nz] }: Grid,
  queue: Int32Array,
  count: number,
  enter: (index: number) => boolean,
  limit = Infinity,
): number {
  const nxy = nx * ny;
  let end = count;
  for (let head = 0; head < end && end < limit; head++) {
    const i = queue[head];
    const x = i % nx;
    const y = Math.floor(i / nx) % ny;
    if (x > 0 && enter(i - 1)) queue[end++] = i - 1;
    if (x < nx - 1 && enter(i + 1)) queue[end++] = i + 1;
    if (y > 0 && enter(i - nx)) queue[end++] = i - nx;
    if (y < ny - 1 && enter(i + nx)) queue[end++] = i + nx;
    if (i >= nxy && enter(i - nxy)) queue[end++] = i - nxy;
    if (i < nxy * (nz - 1) && enter(i + nxy)) queue[end++] = i + nxy;
  }
  return end;
}

/** In each axial slice, the part of the mask that is 4-connected to a seed on the slice's border: 1, the rest 0. */
export function sliceBorderFlood(
  mask: Uint8Array,
  isSeed: (index: number) => boolean,
  grid: Grid,
): Uint8Array {
  const [nx, ny, nz] = grid.size;
  const reached = new Uint8Array(voxelCount(grid));
  const queue = new Int32Array(nx * ny);
  for (let z = 0; z < nz; z++) {
    const base = z * nx * ny;
    let end = 0;
    const enter = (i: number) => {
      if (mask[i] === 0 || reached[i] !== 0) return;
      reached[i] = 1;
      queue[end++] = i;
    };
    const start = (i: number) => {
      if (isSeed(i)) enter(i);
    };
    for (let x = 0; x < nx; x++) {
      start(base + x);
      start(base + x + nx * (ny - 1));
    }
    for (let y = 0; y < ny; y++) {
      start(base + nx * y);
      start(base + nx * y + nx - 1);
    }
    for (let head = 0; head < end; head++) {
      const i = queue[head];
      const x = (i - base) % nx;
      const y = Math.floor((i - base) / nx);
      if (x > 0) enter(i - 1);
      if (x < nx - 1) enter(i + 1);
      if (y > 0) enter(i - nx);
      if (y < ny - 1) enter(i + nx);
    }
  }
  return reached;
}

/** Sets to 1 what the mask encloses: zeros with no 6-connected way to the grid's border. */
export function fillHoles(mask: Uint8Array, grid: Grid): void {
  const [nx, ny, nz] = grid.size;
  const open = new Uint8Array(mask.length);
  const queue = new Int32Array(mask.length);
  let seeds = 0;
  const enter = (i: number) => mask[i] === 0 && open[i] === 0 && ((open[i] = 1), true);
  for (let z = 0, i = 0; z < nz; z++) {
    for (let y = 0; y < ny; y++) {
      const whole = z === 0 || z === nz - 1 || y === 0 || y === ny - 1;
      const step = whole || nx === 1 ? 1 : nx - 1;
      for (let x = 0; x < nx; x += step) if (enter(i + x)) queue[seeds++] = i + x;
      i += nx;
    }
  }
  spread(grid, queue, seeds, enter);
  for (let i = 0; i < mask.length; i++) if (open[i] === 0) mask[i] = 1;
}
