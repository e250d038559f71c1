/** The outline of the body in an axial slice: what lies outside it is cloth, foam and the air between them. */
import { convexRows } from '../../src/imaging/convex-rows.js';
import type { CoarseCt } from './coarse-ct.js';

/** Tissue must go on for so long along both axes of the slice: the body does, cloth and the table's shell do not, mm. */
const SOLID_MM = 10;

/** For each row of a slice, from which to before which block the hull reaches: `[ny, 2]`. */
export type SliceHull = (z: number) => Int32Array;

/** Convex hulls of each slice's solid tissue, made when they are asked for. */
export function bodyHull({ hu, measured, grid, airBelowHu }: CoarseCt): SliceHull {
  const [nx, ny] = grid.size;
  const lengths = grid.spacing.map((mm) => Math.max(1, Math.round(SOLID_MM / mm)));
  const hulls: Int32Array[] = [];
  return (z) => (hulls[z] ??= hullOf(z));

  function hullOf(z: number): Int32Array {
    const rows = new Int32Array(2 * ny);
    // For each column, in how many rows in turn tissue went on for long enough.
    const solidRows = new Int32Array(nx);
    for (let y = 0; y < ny; y++) {
      const row = nx * (y + ny * z);
      let [from, to, run] = [nx, 0, 0];
      for (let x = 0; x <= nx; x++) {
        if (x < nx && measured[row + x] !== 0 && hu[row + x] >= airBelowHu) {
          run++;
          continue;
        }
        if (run < lengths[0]) solidRows.fill(0, x - run, Math.min(nx, x + 1));
        else {
          for (let i = x - run; i < x; i++) {
            if (++solidRows[i] < lengths[1]) continue;
            from = Math.min(from, i);
            to = i + 1;
          }
          if (x < nx) solidRows[x] = 0;
        }
        run = 0;
      }
      // Solid from here up, as the count goes: rows above are no narrower than this.
      for (let up = 0; from < to && up < lengths[1]; up++) {
        const at = 2 * (y - up);
        const empty = rows[at] >= rows[at + 1];
        rows[at] = empty ? from : Math.min(rows[at], from);
        rows[at + 1] = Math.max(rows[at + 1], to);
      }
    }
    convexRows(rows);
    return rows;
  }
}
