/** The outline of the body in an axial slice: what lies outside it is cloth, foam and the air between them. */
import { convexRows } from '../labels/convex-rows.js';
import type { CoarseCt } from './coarse-ct.js';

/** Tissue must go on for so long along both axes of the slice: the body does, cloth and the table's shell do not, mm. */
const SOLID_MM = 10;

/** For each row of a slice, from which to before which block the hull reaches: `[ny, 2]`. */
export type SliceHull = (z: number) => Int32Array;

/** Stretches of a row, ascending: where each begins and ends. */
type Stretches = readonly (readonly [from: number, to: number])[];

/** Convex hulls of each slice's solid tissue, made when they are asked for. */
export function bodyHull({ hu, measured, grid, airBelowHu }: CoarseCt): SliceHull {
  const [nx, ny] = grid.size;
  const [lengthX, lengthY] = grid.spacing.map((mm) => Math.max(1, Math.round(SOLID_MM / mm)));
  const hulls: Int32Array[] = [];
  return (z) => (hulls[z] ??= hullOf(z));

  function hullOf(z: number): Int32Array {
    const hull = new Int32Array(2 * ny);
    const stretches = Array.from({ length: ny }, (_, y) => longStretches(nx * (y + ny * z)));
    for (let end = lengthY; end <= ny; end++) {
      const rows = stretches.slice(end - lengthY, end);
      const from = firstInAll(rows);
      if (from === undefined) continue;
      const to = endOfAll(rows, nx);
      for (let at = 2 * (end - lengthY); at < 2 * end; at += 2) {
        const empty = hull[at] >= hull[at + 1];
        hull[at] = empty ? from : Math.min(hull[at], from);
        hull[at + 1] = Math.max(hull[at + 1], to);
      }
    }
    convexRows(hull);
    return hull;
  }

  function longStretches(row: number): Stretches {
    const found: [number, number][] = [];
    for (let x = 0; x < nx; x++) {
      if (hu[row + x] < airBelowHu || measured[row + x] === 0) continue;
      const from = x;
      do x++;
      while (x < nx && hu[row + x] >= airBelowHu && measured[row + x] !== 0);
      if (x - from >= lengthX) found.push([from, x]);
    }
    return found;
  }
}

/** The first place that lies in a stretch of each row: whichever row has none there moves it on. */
function firstInAll(rows: readonly Stretches[]): number | undefined {
  let x = 0;
  for (let agreed = 0, at = 0; agreed < rows.length; at = (at + 1) % rows.length) {
    const stretch = rows[at].find(([, to]) => to > x);
    if (!stretch) return undefined;
    agreed = stretch[0] > x ? 1 : agreed + 1;
    x = Math.max(x, stretch[0]);
  }
  return x;
}

/** Before which place the last one ends that lies in a stretch of each row; there is one. */
function endOfAll(rows: readonly Stretches[], nx: number): number {
  let x = nx;
  for (let agreed = 0, at = 0; agreed < rows.length; at = (at + 1) % rows.length) {
    const [, to] = rows[at].findLast(([from]) => from < x)!;
    agreed = to < x ? 1 : agreed + 1;
    x = Math.min(x, to);
  }
  return x;
}
