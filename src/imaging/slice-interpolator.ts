/** Interpolates one slice at a time from B-spline coefficients: along z, then y, then x. */
import type { Taps } from './b-spline.js';
import type { CoefficientWindow } from './coefficient-window.js';
import type { Range } from './slice-coefficients.js';

export interface SliceInterpolator {
  /** Turns to slice k, of which rows `down` will be asked for. */
  begin(k: number, down: Range): void;
  /** Voxels `across` of row j; overwritten by the next call. */
  row(j: number, across: Range): Float64Array;
  /** Voxel (i, j), its 64 terms multiplied and added up in ITK's order. */
  exactly(i: number, j: number): number;
}

/** @param columns samples along x that `window` holds; likewise `rows` along y */
export function sliceInterpolator(
  window: CoefficientWindow,
  [tx, ty, tz]: readonly [Taps, Taps, Taps],
  columns: Range,
  rows: Range,
): SliceInterpolator {
  const { planes } = window;
  const width = columns.to - columns.from;
  const plane = new Float64Array(width * (rows.to - rows.from));
  const line = new Float64Array(width);
  const values = new Float64Array(tx.inside);
  const xAt = tx.samples.map((x) => x - columns.from);
  const yAt = ty.samples.map((y) => (y - rows.from) * width);
  let zAt = new Int32Array(4);
  let slice = 0;

  return {
    begin(k, down) {
      slice = k;
      zAt = tz.samples.slice(4 * k, 4 * k + 4).map((z) => window.at(z));
      const used = samplesUnder(ty, down);
      const [from, to] = [(used.from - rows.from) * width, (used.to - rows.from) * width];
      blend(planes, zAt, tz.weights.subarray(4 * k), plane, from, to);
    },
    row(j, { from, to }) {
      blend(plane, yAt.subarray(4 * j), ty.weights.subarray(4 * j), line, 0, width);
      const w = tx.weights;
      for (let i = from, t = 4 * from; i < to; i++, t += 4) {
        values[i - from] =
          w[t] * line[xAt[t]] +
          w[t + 1] * line[xAt[t + 1]] +
          w[t + 2] * line[xAt[t + 2]] +
          w[t + 3] * line[xAt[t + 3]];
      }
      return values.subarray(0, to - from);
    },
    exactly(i, j) {
      let sum = 0;
      for (let c = 0; c < 4; c++) {
        for (let b = 4 * j; b < 4 * j + 4; b++) {
          for (let a = 4 * i; a < 4 * i + 4; a++) {
            const weight = tx.weights[a] * ty.weights[b] * tz.weights[4 * slice + c];
            sum += weight * planes[zAt[c] + yAt[b] + xAt[a]];
          }
        }
      }
      return sum;
    },
  };
}

/** The samples that a range of interpolated positions, not empty, is made of. */
export function samplesUnder({ samples }: Taps, { from, to }: Range): Range {
  const used = samples.subarray(4 * from, 4 * to);
  return { from: used.reduce((a, b) => Math.min(a, b)), to: used.reduce((a, b) => Math.max(a, b)) + 1 };
}

/** `to[i]` = the weighted sum of the four rows' elements i, for i in [first, last). */
function blend(
  from: Float64Array,
  rows: Int32Array,
  weights: Float64Array,
  to: Float64Array,
  first: number,
  last: number,
): void {
  const [r0, r1, r2, r3] = rows;
  const [w0, w1, w2, w3] = weights;
  for (let i = first; i < last; i++) {
    to[i] = w0 * from[r0 + i] + w1 * from[r1 + i] + w2 * from[r2 + i] + w3 * from[r3 + i];
  }
}
