/** A bare voxel lattice, x fastest: what morphology needs to know. */
export interface Grid {
  readonly size: readonly [number, number, number];
  /** Millimetres. */
  readonly spacing: readonly [number, number, number];
}

export const gridCount = ({ size }: Grid): number => size[0] * size[1] * size[2];
export const gridVoxelMl = ({ spacing }: Grid): number => (spacing[0] * spacing[1] * spacing[2]) / 1000;

/** A box of a grid: low corner and size, voxels. */
export interface Box {
  readonly low: readonly [number, number, number];
  readonly size: readonly [number, number, number];
}

/** The box that holds all voxels of a value, grown by `marginMm`, kept inside the grid; undefined when there are none. */
export function boxAround(
  labels: Uint8Array,
  { size: [nx, ny, nz], spacing }: Grid,
  value: number,
  marginMm: number,
): Box | undefined {
  const low = [nx, ny, nz];
  const high = [-1, -1, -1];
  for (let z = 0, i = 0; z < nz; z++) {
    for (let y = 0; y < ny; y++) {
      for (let x = 0; x < nx; x++, i++) {
        if (labels[i] !== value) continue;
        if (x < low[0]) low[0] = x;
        if (x > high[0]) high[0] = x;
        if (y < low[1]) low[1] = y;
        if (y > high[1]) high[1] = y;
        if (z < low[2]) low[2] = z;
        high[2] = z;
      }
    }
  }
  if (high[0] < 0) return undefined;
  const margin = spacing.map((mm) => Math.ceil(marginMm / mm));
  const from = (a: 0 | 1 | 2) => Math.max(0, low[a] - margin[a]);
  const count = (a: 0 | 1 | 2, n: number) => Math.min(n - 1, high[a] + margin[a]) - from(a) + 1;
  return { low: [from(0), from(1), from(2)], size: [count(0, nx), count(1, ny), count(2, nz)] };
}

/** Calls back once per row of the box: the row's first voxel in the whole grid, and in the box. */
export function forEachRow(
  { size: [nx, ny] }: Grid,
  { low, size }: Box,
  visit: (inGrid: number, inBox: number) => void,
): void {
  for (let z = 0, inBox = 0; z < size[2]; z++) {
    for (let y = 0; y < size[1]; y++, inBox += size[0]) {
      visit(low[0] + nx * (low[1] + y + ny * (low[2] + z)), inBox);
    }
  }
}
