/** Worker side of `resample`: cubic B-spline interpolation of a scan on an isotropic grid (spec sections 4 and 9). */
import { tapsAt, type Taps } from './b-spline.js';
import { coefficientWindow } from './coefficient-window.js';
import { indexToPoint, pointToIndex, type Geometry } from './geometry.js';
import { HIGHEST_HU } from './iso-grid.js';
import { samplesUnder, sliceInterpolator } from './slice-interpolator.js';
import type { NeededVoxels } from './needed-voxels.js';
import type { Range } from './slice-coefficients.js';
import { AIR_HU, type CtVolume } from './volume.js';

/** Nearer to a whole number than this, ITK's own order of additions decides to which side a value is cut off. */
const DOUBTFUL = 1e-7;

/**
 * Fills slices [from, to) of the box `needed`, HU clamped to [-1024, 240]: cut off towards zero when `out` is int16, as
 * ITK does for an integer image; unrounded when it is float32. Voxels outside the scan or the rectangles keep what they
 * hold. A value depends neither on the box nor on how its slices are divided among calls.
 * @param iso the whole isotropic grid, without padding: same origin and direction as the scan
 */
export function resampleSlices(
  { voxels, geometry }: CtVolume,
  iso: Geometry,
  needed: NeededVoxels,
  out: Int16Array<SharedArrayBuffer> | Float32Array<SharedArrayBuffer>,
  from: number,
  to: number,
): void {
  const { lowXyz: low, highXyz: high, rectangles } = needed;
  const along = (axis: 0 | 1 | 2) => tapsAt(positionsAlong(axis, geometry, iso), geometry.size[axis]);
  const taps = [along(0), along(1), along(2)] as const;
  const [tx, ty, tz] = taps;
  const wanted = [
    clip({ from: low[0], to: high[0] }, tx),
    clip({ from: low[1], to: high[1] }, ty),
    clip({ from: low[2] + from, to: low[2] + to }, tz),
  ];
  if (wanted.some((range) => range.from >= range.to)) return;

  const [columns, rows, slices] = wanted.map((range, axis) => samplesUnder(taps[axis], range));
  const window = coefficientWindow(voxels, geometry.size, columns, rows, slices);
  const slice = sliceInterpolator(window, taps, columns, rows);
  const [width, height] = [high[0] - low[0], high[1] - low[1]];
  let finished = 0;
  for (let k = wanted[2].from; k < wanted[2].to; k++) {
    while (samplesUnder(tz, { from: k, to: k + 1 }).to > finished) finished = window.advance();
    const [x0, x1, y0, y1] = rectangles.subarray(4 * (k - low[2]));
    const across = clip({ from: x0, to: x1 }, tx);
    const down = clip({ from: y0, to: y1 }, ty);
    if (across.from >= across.to || down.from >= down.to) continue;
    slice.begin(k, down);
    for (let j = down.from; j < down.to; j++) {
      const values = slice.row(j, across);
      const at = across.from - low[0] + width * (j - low[1] + height * (k - low[2]));
      if (out instanceof Int16Array) storeWhole(out, at, values, (i) => slice.exactly(across.from + i, j));
      else out.set(values.map(clampHu), at);
    }
  }
}

/** Where the isotropic grid's voxels lie along one of the scan's axes, as ITK's ResampleImageFilter computes it. */
function positionsAlong(axis: 0 | 1 | 2, scan: Geometry, iso: Geometry): Float64Array {
  const count = iso.size[axis];
  const position = (i: number) => {
    const indexXyz = [0, 0, 0] as [number, number, number];
    indexXyz[axis] = i;
    return pointToIndex(scan, indexToPoint(iso, indexXyz))[axis];
  };
  if (axis !== 0) return Float64Array.from({ length: count }, (_, i) => position(i));
  const [first, end] = [position(0), position(count)]; // along x it goes from end to end
  return Float64Array.from({ length: count }, (_, i) => first + (i / count) * (end - first));
}

const clip = ({ from, to }: Range, { inside }: Taps): Range => ({ from, to: Math.min(to, inside) });

const clampHu = (hu: number) => Math.min(Math.max(hu, AIR_HU), HIGHEST_HU);

/** ITK's cast to an integer image: cut off towards zero. */
function storeWhole(out: Int16Array, at: number, values: Float64Array, exactly: (i: number) => number): void {
  for (let i = 0; i < values.length; i++) {
    const hu = Math.min(Math.max(values[i], AIR_HU - 0.5), HIGHEST_HU + 0.5);
    const whole = hu | 0; // towards zero
    const rest = Math.abs(hu - whole);
    const doubtful = rest < DOUBTFUL || rest > 1 - DOUBTFUL;
    out[at + i] = doubtful ? clampHu(Math.trunc(exactly(i))) : whole;
  }
}
