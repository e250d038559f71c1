/** Growing from seeds, voxel by voxel. */
import type { Grid } from '../space/grid.js';

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
