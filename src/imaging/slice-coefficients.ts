/** B-spline prefilter of single CT slices along x and y. */
import { DECAY, prefilterRows } from './b-spline.js';

/** Voxels `from` to `to` along one axis, the latter excluded. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/** Lines filtered along x together: their samples side by side stay in the processor's cache. */
const BATCH = 64;

/**
 * A function that fills `to[at...]` with slice z's coefficients, `[y, x]`, for the wanted columns and rows. Lines along x are
 * filtered whole, those along y from `DECAY` voxels before the wanted rows to as many after.
 * @param size of the whole scan, at least 2 voxels along x and y
 */
export function sliceFilter(
  voxels: Int16Array | Float32Array,
  size: readonly [number, number, number],
  columns: Range,
  rows: Range,
): (z: number, to: Float64Array, at: number) => void {
  const [nx, ny] = size;
  const width = columns.to - columns.from;
  const first = Math.max(0, rows.from - DECAY);
  const last = Math.min(ny, rows.to + DECAY);
  const batch = new Float64Array(nx * BATCH);
  const slice = new Float64Array((last - first) * width);

  function filterLinesAlongX(z: number, y: number, lines: number): void {
    for (let line = 0; line < lines; line++) {
      const from = nx * (y + line + ny * z);
      for (let x = 0; x < nx; x++) batch[x * lines + line] = voxels[from + x];
    }
    prefilterRows(batch, nx, lines);
    for (let line = 0; line < lines; line++) {
      const to = (y + line - first) * width - columns.from;
      for (let x = columns.from; x < columns.to; x++) slice[to + x] = batch[x * lines + line];
    }
  }

  return (z, to, at) => {
    for (let y = first; y < last; y += BATCH) filterLinesAlongX(z, y, Math.min(BATCH, last - y));
    prefilterRows(slice, last - first, width);
    const wanted = (rows.from - first) * width;
    to.set(slice.subarray(wanted, wanted + (rows.to - rows.from) * width), at);
  };
}
