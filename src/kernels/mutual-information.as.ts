/**
 * The two passes of `imaging/registration/mutual-information.ts` over the samples: what they meet of the moving field, into the joint
 * histogram; then, once that is judged, the derivative. The field is evaluated as `sampleField` does, but for the order
 * of its additions.
 *
 * This module must hold no static data: its memory is lent.
 */

const BINS: i32 = 32;
const PADDING: i32 = 2;
const BIN_WIDTH: f64 = 1.0 / 28;
/** Stands for the bin of a brick whose samples' bins differ. */
const MIXED: i32 = 255;

/** Cubic B-spline weights of the neighbours -1, 0, 1, 2 of a point t beyond neighbour 0. */
// @ts-ignore: decorator
@inline
function outer(t: f64): f64 {
  return t * t * t * (1.0 / 6);
}
// @ts-ignore: decorator
@inline
function inner(t: f64): f64 {
  return ((3 * t - 6) * t * t + 4) * (1.0 / 6);
}
// @ts-ignore: decorator
@inline
function innerSlope(t: f64): f64 {
  return (1.5 * t - 2) * t;
}

/** Weights and slopes in turn of the four neighbours along one axis: 8 doubles. */
// @ts-ignore: decorator
@inline
function storeTaps(at: usize, t: f64): void {
  const s = 1 - t;
  store<f64>(at, outer(s));
  store<f64>(at, -0.5 * s * s, 8);
  store<f64>(at, inner(t), 16);
  store<f64>(at, innerSlope(t), 24);
  store<f64>(at, inner(s), 32);
  store<f64>(at, -innerSlope(s), 40);
  store<f64>(at, outer(t), 48);
  store<f64>(at, 0.5 * t * t, 56);
}

/** The second of the four bins under the Parzen window. */
// @ts-ignore: decorator
@inline
function lowBin(level: f64): i32 {
  return min(<i32>level, BINS - PADDING - 1);
}

// @ts-ignore: decorator
@inline
function addTo(at: usize, weight: f64): void {
  store<f64>(at, load<f64>(at) + weight);
}

/**
 * First pass. Bricks that lie wholly where the field is 0, or wholly where it is 1, are only counted.
 * @param starts `[bricks + 1]`: first sample of each brick
 * @param centres `[bricks, 3]` doubles
 * @param reach cells: a brick's samples lie so near the cell of its centre
 * @param affine 12 doubles: sample points to the field's index
 * @param joint `[32, 32]` doubles, added to
 * @param plain `[2, 32]` int32, added to: samples of each fixed bin that meet 0 and 1
 * @param taps room for 16 doubles
 * @param sloped,levels,slopes what `pull` needs of each sample that lies on a border: int32, double, 3 doubles
 * @returns how many these are
 */
export function meet(
  points: usize,
  bins: usize,
  bricks: i32,
  starts: usize,
  centres: usize,
  brickBins: usize,
  reach: i32,
  coefficients: usize,
  flat: usize,
  depth: usize,
  nx: i32,
  ny: i32,
  nz: i32,
  affine: usize,
  joint: usize,
  plain: usize,
  taps: usize,
  sloped: usize,
  levels: usize,
  slopes: usize,
): i32 {
  const a = load<f64>(affine);
  const b = load<f64>(affine, 8);
  const c = load<f64>(affine, 16);
  const d = load<f64>(affine, 24);
  const e = load<f64>(affine, 32);
  const f = load<f64>(affine, 40);
  const g = load<f64>(affine, 48);
  const h = load<f64>(affine, 56);
  const i = load<f64>(affine, 64);
  const ox = load<f64>(affine, 72);
  const oy = load<f64>(affine, 80);
  const oz = load<f64>(affine, 88);
  const lastX = <f64>(nx - 2);
  const lastY = <f64>(ny - 2);
  const lastZ = <f64>(nz - 2);
  let count = 0;
  for (let brick = 0; brick < bricks; brick++) {
    let s = load<i32>(starts + ((<usize>brick) << 2));
    const end = load<i32>(starts + ((<usize>brick) << 2), 4);
    const centre = centres + <usize>brick * 24;
    const cx = load<f64>(centre);
    const cy = load<f64>(centre, 8);
    const cz = load<f64>(centre, 16);
    // From beyond the field nothing in it is nearer than from the field's rim.
    const ix = <i32>floor(max(1, min(lastX, a * cx + b * cy + c * cz + ox)));
    const iy = <i32>floor(max(1, min(lastY, d * cx + e * cy + f * cz + oy)));
    const iz = <i32>floor(max(1, min(lastZ, g * cx + h * cy + i * cz + oz)));
    const at = ix + nx * (iy + ny * iz);
    if (<i32>load<u8>(depth + <usize>at) > reach) {
      const counts = plain + (load<f32>(flat + ((<usize>at) << 2)) > 0 ? (<usize>BINS) << 2 : 0);
      const bin = <i32>load<u8>(brickBins + <usize>brick);
      if (bin !== MIXED) {
        const to = counts + ((<usize>bin) << 2);
        store<i32>(to, load<i32>(to) + end - s);
      } else {
        for (; s < end; s++) {
          const to = counts + ((<usize>load<u8>(bins + <usize>s)) << 2);
          store<i32>(to, load<i32>(to) + 1);
        }
      }
      continue;
    }
    for (; s < end; s++) {
      const point = points + <usize>s * 12;
      const px = <f64>load<f32>(point);
      const py = <f64>load<f32>(point, 4);
      const pz = <f64>load<f32>(point, 8);
      const x = a * px + b * py + c * pz + ox;
      const y = d * px + e * py + f * pz + oy;
      const z = g * px + h * py + i * pz + oz;
      const bin = <usize>load<u8>(bins + <usize>s);
      const inside = x >= 1 && y >= 1 && z >= 1 && x < lastX && y < lastY && z < lastZ;
      const kx = inside ? <i32>x : 0;
      const ky = inside ? <i32>y : 0;
      const kz = inside ? <i32>z : 0;
      const cell = <usize>(kx + nx * (ky + ny * kz));
      let value = <f64>load<f32>(flat + (cell << 2));
      if (!inside || value === 0) {
        const to = plain + (bin << 2);
        store<i32>(to, load<i32>(to) + 1);
        continue;
      }
      const isSloped = value < 0;
      if (isSloped) {
        const first = coefficients + (cell << 2) - ((<usize>(1 + nx * (1 + ny))) << 2);
        value = fieldAt(
          first,
          (<usize>nx) << 2,
          (<usize>(nx * ny)) << 2,
          x - <f64>kx,
          y - <f64>ky,
          z - <f64>kz,
          taps,
          slopes,
        );
      }
      const level = value / BIN_WIDTH + <f64>PADDING;
      const low = lowBin(level);
      const t = level - <f64>low;
      const row = joint + (bin << 8) + ((<usize>(low - 1)) << 3);
      addTo(row, outer(1 - t));
      addTo(row + 8, inner(t));
      addTo(row + 16, inner(1 - t));
      addTo(row + 24, outer(t));
      if (!isSloped) continue;
      store<i32>(sloped, s);
      store<f64>(levels, level);
      sloped += 4;
      levels += 8;
      slopes += 24;
      count++;
    }
  }
  return count;
}

/** The field's value at (u, v, w) beyond the second of 4 x 4 x 4 coefficients, and its three slopes, to `slopes`. */
// @ts-ignore: decorator
@inline
function fieldAt(
  first: usize,
  row: usize,
  plane: usize,
  u: f64,
  v: f64,
  w: f64,
  taps: usize,
  slopes: usize,
): f64 {
  storeTaps(taps, v);
  storeTaps(taps + 64, w);
  const zero = f64x2.splat(0);
  // Of each of the row's four places: value, slope along y, slope along z.
  let a0 = zero;
  let a1 = zero;
  let b0 = zero;
  let b1 = zero;
  let c0 = zero;
  let c1 = zero;
  for (let k = taps + 64, end = taps + 128; k < end; k += 16, first += plane) {
    let p0 = zero;
    let p1 = zero;
    let q0 = zero;
    let q1 = zero;
    let at = first;
    for (let j = taps, last = taps + 64; j < last; j += 16, at += row) {
      const c = v128.load(at);
      const low = f64x2.promote_low_f32x4(c);
      const high = f64x2.promote_low_f32x4(v128.shuffle<i64>(c, c, 1, 1));
      const weight = v128.load64_splat(j);
      const slope = v128.load64_splat(j, 8);
      p0 = f64x2.add(p0, f64x2.mul(weight, low));
      p1 = f64x2.add(p1, f64x2.mul(weight, high));
      q0 = f64x2.add(q0, f64x2.mul(slope, low));
      q1 = f64x2.add(q1, f64x2.mul(slope, high));
    }
    const weight = v128.load64_splat(k);
    const slope = v128.load64_splat(k, 8);
    a0 = f64x2.add(a0, f64x2.mul(weight, p0));
    a1 = f64x2.add(a1, f64x2.mul(weight, p1));
    b0 = f64x2.add(b0, f64x2.mul(weight, q0));
    b1 = f64x2.add(b1, f64x2.mul(weight, q1));
    c0 = f64x2.add(c0, f64x2.mul(slope, p0));
    c1 = f64x2.add(c1, f64x2.mul(slope, p1));
  }
  const t = 1 - u;
  const w0 = pairOf(outer(t), inner(u));
  const w1 = pairOf(inner(t), outer(u));
  const s0 = pairOf(-0.5 * t * t, innerSlope(u));
  const s1 = pairOf(-innerSlope(t), 0.5 * u * u);
  store<f64>(slopes, across(f64x2.add(f64x2.mul(s0, a0), f64x2.mul(s1, a1))));
  store<f64>(slopes, across(f64x2.add(f64x2.mul(w0, b0), f64x2.mul(w1, b1))), 8);
  store<f64>(slopes, across(f64x2.add(f64x2.mul(w0, c0), f64x2.mul(w1, c1))), 16);
  return across(f64x2.add(f64x2.mul(w0, a0), f64x2.mul(w1, a1)));
}

// @ts-ignore: decorator
@inline
function pairOf(low: f64, high: f64): v128 {
  return f64x2.replace_lane(f64x2.splat(low), 1, high);
}

// @ts-ignore: decorator
@inline
function across(v: v128): f64 {
  return f64x2.extract_lane(v, 0) + f64x2.extract_lane(v, 1);
}

/**
 * Second pass: the derivative of information with respect to the affine, to 12 doubles of `gradient`.
 * @param logRatio `[32, 32]` doubles
 * @param unit what a unit of pull is divided by
 */
export function pull(
  points: usize,
  bins: usize,
  count: i32,
  sloped: usize,
  levels: usize,
  slopes: usize,
  logRatio: usize,
  unit: f64,
  gradient: usize,
): void {
  const zero = f64x2.splat(0);
  let xy0 = zero;
  let z0 = zero;
  let xy1 = zero;
  let z1 = zero;
  let xy2 = zero;
  let z2 = zero;
  for (let n = 0; n < count; n++, sloped += 4, levels += 8, slopes += 24) {
    const s = <usize>load<i32>(sloped);
    const level = load<f64>(levels);
    const low = lowBin(level);
    const t = level - <f64>low;
    const u = 1 - t;
    const row = logRatio + ((<usize>load<u8>(bins + s)) << 8) + ((<usize>(low - 1)) << 3);
    const strength =
      (load<f64>(row) * -0.5 * u * u +
        load<f64>(row, 8) * innerSlope(t) -
        load<f64>(row, 16) * innerSlope(u) +
        load<f64>(row, 24) * 0.5 * t * t) /
      unit;
    if (strength === 0) continue;
    const point = points + s * 12;
    const xy = f64x2.promote_low_f32x4(v128.load64_zero(point));
    const zOne = pairOf(<f64>load<f32>(point, 8), 1);
    const f0 = f64x2.splat(strength * load<f64>(slopes));
    const f1 = f64x2.splat(strength * load<f64>(slopes, 8));
    const f2 = f64x2.splat(strength * load<f64>(slopes, 16));
    xy0 = f64x2.add(xy0, f64x2.mul(f0, xy));
    z0 = f64x2.add(z0, f64x2.mul(f0, zOne));
    xy1 = f64x2.add(xy1, f64x2.mul(f1, xy));
    z1 = f64x2.add(z1, f64x2.mul(f1, zOne));
    xy2 = f64x2.add(xy2, f64x2.mul(f2, xy));
    z2 = f64x2.add(z2, f64x2.mul(f2, zOne));
  }
  v128.store(gradient, xy0);
  v128.store64_lane(gradient + 16, z0, 0);
  v128.store(gradient + 24, xy1);
  v128.store64_lane(gradient + 40, z1, 0);
  v128.store(gradient + 48, xy2);
  v128.store64_lane(gradient + 64, z2, 0);
  v128.store64_lane(gradient + 72, z0, 1);
  v128.store64_lane(gradient + 80, z1, 1);
  v128.store64_lane(gradient + 88, z2, 1);
}
