/** A coarse image as a smooth function of space: its grid values are the coefficients of a cubic B-spline. */
import { indexToPoint, type Geometry } from '../space/geometry.js';

/**
 * Left unprefiltered, the spline smooths by a standard deviation of 0.58 voxels and stays within the values' range;
 * it is twice differentiable, and 0 outside the grid.
 */
export interface SmoothField {
  /** Values on the grid with `MARGIN` voxels of 0 around it, x fastest. */
  readonly coefficients: Float32Array<SharedArrayBuffer>;
  /** For the cell whose low corner is this voxel: the one value of its 4 x 4 x 4 support, or -1 when they differ. */
  readonly flat: Float32Array<SharedArrayBuffer>;
  /** For the same cell: so many cells away, along any axis, is the nearest where the field is neither 0 nor 1 all over, or 255. */
  readonly depth: Uint8Array<SharedArrayBuffer>;
  /** Grid with its margin. */
  readonly geometry: Geometry;
}

const MARGIN = 3;

/** The field of one lung's shares (0 to 1, x fastest), on the box that holds the lung. */
export function smoothField(shares: Float32Array, geometry: Geometry): SmoothField {
  const { low, high } = boundingBox(shares, geometry.size);
  const [nx, ny] = geometry.size;
  const size = low.map((from, axis) => high[axis] - from + 2 * MARGIN) as unknown as Geometry['size'];
  const [px, py, pz] = size;
  const coefficients = new Float32Array(new SharedArrayBuffer(4 * px * py * pz));
  for (let z = low[2]; z < high[2]; z++)
    for (let y = low[1]; y < high[1]; y++) {
      const row = MARGIN - low[0] + px * (y - low[1] + MARGIN + py * (z - low[2] + MARGIN));
      const from = nx * (y + ny * z);
      for (let x = low[0]; x < high[0]; x++) coefficients[row + x] = shares[from + x];
    }
  const origin = indexToPoint(geometry, [low[0] - MARGIN, low[1] - MARGIN, low[2] - MARGIN]);
  const flat = flatCells(coefficients, size);
  return { coefficients, flat, depth: depthOf(flat, size), geometry: { ...geometry, size, origin } };
}

/** From `low` to before `high`. */
function boundingBox(shares: Float32Array, [nx, ny, nz]: Geometry['size']) {
  const low = [nx, ny, nz];
  const high = [0, 0, 0];
  for (let z = 0, i = 0; z < nz; z++)
    for (let y = 0; y < ny; y++)
      for (let x = 0; x < nx; x++, i++) {
        if (shares[i] === 0) continue;
        if (x < low[0]) low[0] = x;
        if (y < low[1]) low[1] = y;
        if (z < low[2]) low[2] = z;
        if (x >= high[0]) high[0] = x + 1;
        if (y >= high[1]) high[1] = y + 1;
        if (z >= high[2]) high[2] = z + 1;
      }
  return { low, high };
}

function flatCells(
  coefficients: Float32Array,
  [nx, ny, nz]: Geometry['size'],
): Float32Array<SharedArrayBuffer> {
  const flat = new Float32Array(new SharedArrayBuffer(coefficients.byteLength));
  flat.set(coefficients);
  const last = nx * ny * nz;
  for (const step of [1, nx, nx * ny]) {
    // In place and in order: a cell looks one voxel down, at a value kept aside, and two up, not yet overwritten.
    const below = new Float32Array(step);
    for (let i = 0; i < last; i++) {
      const value = flat[i];
      const before = below[i % step];
      below[i % step] = value;
      if (value !== before || value !== flat[i + step] || value !== flat[i + 2 * step]) flat[i] = -1;
    }
  }
  return flat;
}

/**
 * Chessboard distance by two passes over the 26 neighbours. Where a cell's support would leave the grid the field is 0;
 * the first and last cells of all along each axis, of which nothing is asked, are left out.
 */
function depthOf(flat: Float32Array, [nx, ny, nz]: Geometry['size']): Uint8Array<SharedArrayBuffer> {
  const depth = new Uint8Array(new SharedArrayBuffer(flat.length)).fill(255);
  const before = [-1, 0, 1].flatMap((x) => [x - nx, x - nx * ny, x - nx - nx * ny, x + nx - nx * ny]);
  before.push(-1);
  const nearest = (at: number, sign: number) => {
    let least = depth[at];
    for (const step of before) {
      const neighbour = depth[at + sign * step] + 1;
      if (neighbour < least) least = neighbour;
    }
    depth[at] = least;
  };
  for (let z = 1; z < nz - 1; z++)
    for (let y = 1; y < ny - 1; y++)
      for (let x = 1, at = 1 + nx * (y + ny * z); x < nx - 1; x++, at++) {
        const isPlain = flat[at] === 0 || flat[at] === 1;
        const inside = x < nx - 2 && y < ny - 2 && z < nz - 2;
        if (inside && !isPlain) depth[at] = 0;
        else nearest(at, 1);
      }
  for (let z = nz - 2; z > 0; z--)
    for (let y = ny - 2; y > 0; y--)
      for (let x = nx - 2, at = x + nx * (y + ny * z); x > 0; x--, at--) nearest(at, -1);
  return depth;
}

/**
 * Value and gradient with respect to the (padded) index at one point, into `out`: value, d/dx, d/dy, d/dz.
 * @returns whether the gradient may differ from 0.
 */
export function sampleField(field: SmoothField, x: number, y: number, z: number, out: Float64Array): boolean {
  const [nx, ny, nz] = field.geometry.size;
  const ix = Math.floor(x);
  const iy = Math.floor(y);
  const iz = Math.floor(z);
  out[0] = out[1] = out[2] = out[3] = 0;
  if (!(ix >= 1 && iy >= 1 && iz >= 1 && ix < nx - 2 && iy < ny - 2 && iz < nz - 2)) return false;
  const cell = ix + nx * (iy + ny * iz);
  const flat = field.flat[cell];
  if (flat >= 0) {
    out[0] = flat;
    return false;
  }
  const c = field.coefficients;
  const u = x - ix;
  const v = y - iy;
  const w = z - iz;
  // Weights of the row's four voxels, in locals: this is the innermost loop of registration.
  const [wx0, wx1, wx2, wx3] = [spline(-1, u), spline(0, u), spline(1, u), spline(2, u)];
  const [sx0, sx1, sx2, sx3] = [slope(-1, u), slope(0, u), slope(1, u), slope(2, u)];
  let value = 0;
  let ddx = 0;
  let ddy = 0;
  let ddz = 0;
  for (let k = -1; k <= 2; k++) {
    let sum = 0;
    let dx = 0;
    let dy = 0;
    for (let j = -1; j <= 2; j++) {
      const at = cell + nx * (j + ny * k);
      const weight = spline(j, v);
      const row = c[at - 1] * wx0 + c[at] * wx1 + c[at + 1] * wx2 + c[at + 2] * wx3;
      const rowSlope = c[at - 1] * sx0 + c[at] * sx1 + c[at + 1] * sx2 + c[at + 2] * sx3;
      sum += weight * row;
      dx += weight * rowSlope;
      dy += slope(j, v) * row;
    }
    const weight = spline(k, w);
    value += weight * sum;
    ddx += weight * dx;
    ddy += weight * dy;
    ddz += slope(k, w) * sum;
  }
  out[0] = value;
  out[1] = ddx;
  out[2] = ddy;
  out[3] = ddz;
  return true;
}

/** Weight of the neighbour at `offset` (-1, 0, 1, 2) of a point `t` (0 to 1) beyond neighbour 0: cubic B-spline. */
export function spline(offset: number, t: number): number {
  const s = 1 - t; // products, not powers: `**` is a call
  if (offset === -1) return (s * s * s) / 6;
  if (offset === 0) return ((3 * t - 6) * t * t + 4) / 6;
  if (offset === 1) return ((3 * s - 6) * s * s + 4) / 6;
  return (t * t * t) / 6;
}

/** Derivative of `spline` with respect to t. */
export function slope(offset: number, t: number): number {
  const s = 1 - t;
  if (offset === -1) return (s * s) / -2;
  if (offset === 0) return (1.5 * t - 2) * t;
  if (offset === 1) return (2 - 1.5 * s) * s;
  return (t * t) / 2;
}
