/** The outline of the body in an axial slice: what lies outside it is cloth, foam and the air between them. */
import { convexRows } from '../../src/imaging/convex-rows.js';
import type { CoarseCt } from './coarse-ct.js';

/** Tissue must fill a square of this edge: the body does, cloth and the table's shell do not, mm. */
const SOLID_MM = 10;

/** For each row of a slice, from which to before which block the hull reaches: `[ny, 2]`. */
export type SliceHull = (z: number) => Int32Array;

/** Convex hulls of each slice's solid tissue, made when they are asked for. */
export function bodyHull({ hu, measured, grid, airBelowHu }: CoarseCt): SliceHull {
  const [nx, ny] = grid.size;
  const [halfX, halfY] = grid.spacing.map((mm) => Math.max(1, Math.round(SOLID_MM / mm / 2)));
  const isTissue = (i: number) => hu[i] >= airBelowHu && measured[i] !== 0;
  const hulls: Int32Array[] = [];
  return (z) => (hulls[z] ??= hullOf(z));

  /** Nine places of the square about a block: what is thinner than half of it falls between them nowhere. */
  function isSolid(i: number): boolean {
    const [up, down] = [i - nx * halfY, i + nx * halfY];
    return (
      isTissue(i) &&
      isTissue(i - halfX) &&
      isTissue(i + halfX) &&
      isTissue(up) &&
      isTissue(down) &&
      isTissue(up - halfX) &&
      isTissue(up + halfX) &&
      isTissue(down - halfX) &&
      isTissue(down + halfX)
    );
  }

  function hullOf(z: number): Int32Array {
    const rows = new Int32Array(2 * ny);
    for (let y = halfY; y < ny - halfY; y++) {
      const row = nx * (y + ny * z);
      let from = halfX;
      while (from < nx - halfX && !isSolid(row + from)) from++;
      if (from >= nx - halfX) continue;
      let to = nx - halfX;
      while (!isSolid(row + to - 1)) to--;
      rows[2 * y] = from - halfX;
      rows[2 * y + 1] = to + halfX;
    }
    convexRows(rows);
    return rows;
  }
}
