/**
 * The prefilter by plain loops: what `kernels/spline-prefilter.as.ts` must equal, bit for bit. It works on rows of a buffer:
 * row r holds sample r of `width` signals side by side.
 */
import { causalReach, GAIN, HORIZON, MIRROR_END, POLE } from '../../../src/imaging/resampling/b-spline.js';
import type { Geometry } from '../../../src/imaging/space/geometry.js';

/** The whole prefilter, in place: `count` rows, two at least, one after the other. */
export function prefilterRows(c: Float64Array, count: number, width: number): void {
  const rows = Array.from({ length: count }, (_, r) => r * width);
  const [last, before] = [rows[count - 1], rows[count - 2]];
  startCausal(c, rows.slice(0, causalReach(count)), width);
  for (const row of rows.slice(1))
    for (let i = row; i < row + width; i++) c[i] = GAIN * c[i] + POLE * c[i - width];
  for (let i = 0; i < width; i++) c[last + i] = MIRROR_END * (POLE * c[before + i] + c[last + i]);
  for (const row of rows.slice(0, -1).reverse())
    for (let i = row; i < row + width; i++) c[i] = POLE * (c[i + width] - c[i]);
}

/** The first row's causal values, in its place, from the samples of the rows after it. */
function startCausal(c: Float64Array, rows: readonly number[], width: number): void {
  const n = rows.length;
  const [first, last] = [rows[0], rows[n - 1]];
  for (let i = first; i < first + width; i++) c[i] *= GAIN;
  if (n > HORIZON) {
    for (let r = 1, weight = POLE; r < HORIZON; r++, weight *= POLE) add(c, first, rows[r], weight, width);
    return;
  }
  let near = POLE;
  let far = POLE ** (n - 1);
  add(c, first, last, far, width);
  far *= far / POLE;
  for (let r = 1; r < n - 1; r++, near *= POLE, far /= POLE) add(c, first, rows[r], near + far, width);
  for (let i = first; i < first + width; i++) c[i] /= 1 - near * near;
}

function add(c: Float64Array, to: number, from: number, weight: number, width: number): void {
  for (let i = 0; i < width; i++) c[to + i] += weight * (GAIN * c[from + i]);
}

/** A whole scan's coefficients, x fastest: filtered along x, then y, then z, as ITK does. */
export function prefilterScan(voxels: ArrayLike<number>, [nx, ny, nz]: Geometry['size']): Float64Array {
  const c = Float64Array.from(voxels);
  const turned = new Float64Array(nx * ny * nz);
  for (let x = 0; x < nx; x++) for (let l = 0; l < ny * nz; l++) turned[x * ny * nz + l] = c[x + nx * l];
  prefilterRows(turned, nx, ny * nz);
  for (let x = 0; x < nx; x++) for (let l = 0; l < ny * nz; l++) c[x + nx * l] = turned[x * ny * nz + l];
  for (let z = 0; z < nz; z++) prefilterRows(c.subarray(nx * ny * z, nx * ny * (z + 1)), ny, nx);
  prefilterRows(c, nz, nx * ny);
  return c;
}
