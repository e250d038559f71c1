/** The convex hull of a figure that is given row by row. */

/**
 * Widens stretches `[rows, 2]` (from, to; from >= to where a row holds nothing) to those of the figure's convex hull, in place:
 * Andrew's monotone chain along either side.
 */
export function convexRows(rows: Int32Array): void {
  const filled: number[] = [];
  for (let y = 0; y < rows.length / 2; y++) if (rows[2 * y] < rows[2 * y + 1]) filled.push(y);
  if (filled.length < 3) return;
  for (const [end, sign] of [
    [0, 1],
    [1, -1],
  ] as const) {
    const at = (y: number) => sign * rows[2 * y + end];
    const chain: number[] = [];
    for (const y of filled) {
      while (chain.length > 1 && above(chain[chain.length - 2], chain[chain.length - 1], y, at)) chain.pop();
      chain.push(y);
    }
    for (let c = 1; c < chain.length; c++) {
      const [from, to] = [chain[c - 1], chain[c]];
      const [start, stop] = [rows[2 * from + end], rows[2 * to + end]];
      for (let y = from + 1; y < to; y++) {
        const x = start + ((stop - start) * (y - from)) / (to - from);
        rows[2 * y + end] = end === 0 ? Math.floor(x) : Math.ceil(x);
      }
    }
  }
}

/** Whether the middle row's end lies on or within the line between the others'. */
const above = (first: number, middle: number, last: number, at: (y: number) => number): boolean =>
  (at(middle) - at(first)) * (last - first) >= (at(last) - at(first)) * (middle - first);
