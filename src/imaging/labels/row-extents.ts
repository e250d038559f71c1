/** Where along x a volume holds anything: lets later passes leave out the rest. */

/** `[rows, 2]`: in each row, the first voxel that may not be 0 and the one after the last; the same number twice for none. */
export type RowExtents = Int32Array;

export function rowExtents(labels: Uint8Array, nx: number): RowExtents {
  const extents = new Int32Array((2 * labels.length) / nx);
  for (let row = 0, i = 0; i < labels.length; row++, i += nx) {
    let from = 0;
    while (from < nx && labels[i + from] === 0) from++;
    if (from === nx) continue;
    let to = nx;
    while (labels[i + to - 1] === 0) to--;
    extents[2 * row] = from;
    extents[2 * row + 1] = to;
  }
  return extents;
}
