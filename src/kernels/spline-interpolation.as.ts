/**
 * Cubic B-spline interpolation of rows of voxels from coefficients: along z, then y, then x; where that leaves in doubt to
 * which side of a whole number a value lies, all 64 terms once more in ITK's order.
 *
 * Taps of an axis are `[positions, 4]`: int32 samples and double weights.
 * This module must hold no static data: its memory is lent.
 */

const LOWEST: f64 = -1024;
const HIGHEST: f64 = 240;
/** Nearer to a whole number than this, ITK's own order of additions decides to which side a value is cut off. */
const DOUBTFUL: f64 = 1e-7;
/** Slices of a group: their rows lie interleaved while x is interpolated, a vector and its twin for each sample. */
const GROUP: i32 = 4;
const WHOLE: i32 = 2; // bytes of an int16

/**
 * One row of `slices` interpolated slices, `[slices, bytes]`, from that row of the scan's slices `first` and up; those whose
 * `[from, to)` in `used`, `[slices, 2]`, leaves out this row are passed over.
 */
export function blendDepth(
  coefficients: usize,
  bytes: usize,
  first: i32,
  row: i32,
  samples: usize,
  weights: usize,
  used: usize,
  slices: i32,
  into: usize,
): void {
  for (let k = 0; k < slices; k++, samples += 16, weights += 32, used += 8, into += bytes) {
    if (row < load<i32>(used) || row >= load<i32>(used, 4)) continue;
    let a = coefficients + <usize>(load<i32>(samples) - first) * bytes;
    let b = coefficients + <usize>(load<i32>(samples, 4) - first) * bytes;
    let c = coefficients + <usize>(load<i32>(samples, 8) - first) * bytes;
    let d = coefficients + <usize>(load<i32>(samples, 12) - first) * bytes;
    const w0 = v128.load64_splat(weights);
    const w1 = v128.load64_splat(weights, 8);
    const w2 = v128.load64_splat(weights, 16);
    const w3 = v128.load64_splat(weights, 24);
    const end = into + bytes;
    let to = into;
    while (to < end) {
      v128.store(to, blend(v128.load(a), v128.load(b), v128.load(c), v128.load(d), w0, w1, w2, w3));
      v128.store(
        to,
        blend(v128.load(a, 16), v128.load(b, 16), v128.load(c, 16), v128.load(d, 16), w0, w1, w2, w3),
        16,
      );
      a += 32;
      b += 32;
      c += 32;
      d += 32;
      to += 32;
    }
  }
}

// @ts-ignore: decorator
@inline
function blend(a: v128, b: v128, c: v128, d: v128, w0: v128, w1: v128, w2: v128, w3: v128): v128 {
  return f64x2.add(
    f64x2.add(f64x2.add(f64x2.mul(w0, a), f64x2.mul(w1, b)), f64x2.mul(w2, c)),
    f64x2.mul(w3, d),
  );
}

/**
 * Voxels [from, to) of row j of `slices` interpolated slices. Both `depth` and `coefficients` are rings of 4 rows of the
 * scan: of interpolated slices, `[4, depthBytes]`, and of the scan's slices `first` and up, `[4, rowBytes]`; the samples of
 * y's taps say where in the ring, those of x's which column. Each pointer of taps is at its first position wanted.
 * @param rectangles `[slices, 4]`: x from, x to, y from, y to: a group of slices none of which holds the row is passed over
 * @param voxelBytes 2: int16, clamped and cut off towards zero; 4: float32, clamped
 * @param into `[slices, to - from]`, room for a multiple of 4 slices
 */
export function interpolateRow(
  depth: usize,
  depthBytes: usize,
  coefficients: usize,
  rowBytes: usize,
  bytes: usize,
  first: i32,
  xSamples: usize,
  xWeights: usize,
  ySamples: usize,
  yWeights: usize,
  zSamples: usize,
  zWeights: usize,
  rectangles: usize,
  slices: i32,
  j: i32,
  from: i32,
  to: i32,
  line: usize,
  voxelBytes: i32,
  into: usize,
): void {
  const intoBytes: usize = <usize>(to - from) * <usize>voxelBytes;
  for (let k = 0; k < slices; k += GROUP) {
    let begin = to;
    let end = from;
    for (let s = k; s < min(slices, k + GROUP); s++) {
      const rectangle = rectangles + ((<usize>s) << 4);
      if (j < load<i32>(rectangle, 8) || j >= load<i32>(rectangle, 12)) continue;
      begin = min(begin, load<i32>(rectangle));
      end = max(end, load<i32>(rectangle, 4));
    }
    begin = max(begin, from);
    end = min(end, to);
    if (begin >= end) continue;
    interleave(depth + <usize>k * bytes, depthBytes, bytes, ySamples, yWeights, line);
    const samples = xSamples + ((<usize>(begin - from)) << 4);
    const weights = xWeights + ((<usize>(begin - from)) << 5);
    const out = into + <usize>k * intoBytes + <usize>(begin - from) * <usize>voxelBytes;
    if (voxelBytes === WHOLE) {
      cutOff(
        line,
        samples,
        weights,
        end - begin,
        out,
        intoBytes,
        coefficients,
        rowBytes,
        bytes,
        first,
        ySamples,
        yWeights,
        zSamples + ((<usize>k) << 4),
        zWeights + ((<usize>k) << 5),
        min(GROUP, slices - k),
      );
    } else {
      unrounded(line, samples, weights, end - begin, out, intoBytes);
    }
  }
}

/** Interpolates 4 slices' rows along y and lays them side by side: `line` is `[samples, 4]`. */
function interleave(
  depth: usize,
  depthBytes: usize,
  bytes: usize,
  ySamples: usize,
  yWeights: usize,
  line: usize,
): void {
  let a = depth + <usize>load<i32>(ySamples) * depthBytes;
  let b = depth + <usize>load<i32>(ySamples, 4) * depthBytes;
  let c = depth + <usize>load<i32>(ySamples, 8) * depthBytes;
  let d = depth + <usize>load<i32>(ySamples, 12) * depthBytes;
  const w0 = v128.load64_splat(yWeights);
  const w1 = v128.load64_splat(yWeights, 8);
  const w2 = v128.load64_splat(yWeights, 16);
  const w3 = v128.load64_splat(yWeights, 24);
  const k1 = bytes;
  const k2 = bytes * 2;
  const k3 = bytes * 3;
  const end = a + bytes;
  while (a < end) {
    const s0 = blend(v128.load(a), v128.load(b), v128.load(c), v128.load(d), w0, w1, w2, w3);
    const s1 = blend(
      v128.load(a + k1),
      v128.load(b + k1),
      v128.load(c + k1),
      v128.load(d + k1),
      w0,
      w1,
      w2,
      w3,
    );
    v128.store(line, v128.shuffle<i64>(s0, s1, 0, 2));
    v128.store(line, v128.shuffle<i64>(s0, s1, 1, 3), 32);
    const s2 = blend(
      v128.load(a + k2),
      v128.load(b + k2),
      v128.load(c + k2),
      v128.load(d + k2),
      w0,
      w1,
      w2,
      w3,
    );
    const s3 = blend(
      v128.load(a + k3),
      v128.load(b + k3),
      v128.load(c + k3),
      v128.load(d + k3),
      w0,
      w1,
      w2,
      w3,
    );
    v128.store(line, v128.shuffle<i64>(s2, s3, 0, 2), 16);
    v128.store(line, v128.shuffle<i64>(s2, s3, 1, 3), 48);
    a += 16;
    b += 16;
    c += 16;
    d += 16;
    line += 64;
  }
}

/** Interpolates 4 slices' rows along x, clamps, and cuts off as ITK casts to an integer image. */
function cutOff(
  line: usize,
  samples: usize,
  weights: usize,
  count: i32,
  out: usize,
  outBytes: usize,
  coefficients: usize,
  rowBytes: usize,
  bytes: usize,
  first: i32,
  ySamples: usize,
  yWeights: usize,
  zSamples: usize,
  zWeights: usize,
  slices: i32,
): void {
  const low = f64x2.splat(LOWEST - 0.5);
  const high = f64x2.splat(HIGHEST + 0.5);
  const doubtful = f64x2.splat(DOUBTFUL);
  const out1 = outBytes;
  const out2 = outBytes * 2;
  const out3 = outBytes * 3;
  for (let i = 0; i < count; i++, samples += 16, weights += 32, out += 2) {
    const w0 = v128.load64_splat(weights);
    const w1 = v128.load64_splat(weights, 8);
    const w2 = v128.load64_splat(weights, 16);
    const w3 = v128.load64_splat(weights, 24);
    const a = line + ((<usize>load<i32>(samples)) << 5);
    const b = line + ((<usize>load<i32>(samples, 4)) << 5);
    const c = line + ((<usize>load<i32>(samples, 8)) << 5);
    const d = line + ((<usize>load<i32>(samples, 12)) << 5);
    let p = blend(v128.load(a), v128.load(b), v128.load(c), v128.load(d), w0, w1, w2, w3);
    let q = blend(v128.load(a, 16), v128.load(b, 16), v128.load(c, 16), v128.load(d, 16), w0, w1, w2, w3);
    p = f64x2.pmin(f64x2.pmax(p, low), high);
    q = f64x2.pmin(f64x2.pmax(q, low), high);
    const wholeP = i32x4.trunc_sat_f64x2_s_zero(p);
    const wholeQ = i32x4.trunc_sat_f64x2_s_zero(q);
    v128.store16_lane(out, wholeP, 0);
    v128.store16_lane(out + out1, wholeP, 2);
    v128.store16_lane(out + out2, wholeQ, 0);
    v128.store16_lane(out + out3, wholeQ, 2);
    const doubtP = f64x2.lt(f64x2.abs(f64x2.sub(p, f64x2.nearest(p))), doubtful);
    const doubtQ = f64x2.lt(f64x2.abs(f64x2.sub(q, f64x2.nearest(q))), doubtful);
    if (!v128.any_true(v128.or(doubtP, doubtQ))) continue;
    const doubts = i64x2.bitmask(doubtP) | (i64x2.bitmask(doubtQ) << 2);
    for (let k = 0; k < slices; k++) {
      if (!((doubts >> k) & 1)) continue;
      const value = exactly(
        coefficients,
        rowBytes,
        bytes,
        first,
        samples,
        weights,
        ySamples,
        yWeights,
        zSamples + ((<usize>k) << 4),
        zWeights + ((<usize>k) << 5),
      );
      store<i16>(out + <usize>k * outBytes, <i16>max(LOWEST, min(HIGHEST, trunc(value))));
    }
  }
}

/** Interpolates 4 slices' rows along x and clamps. */
function unrounded(
  line: usize,
  samples: usize,
  weights: usize,
  count: i32,
  out: usize,
  outBytes: usize,
): void {
  const low = f64x2.splat(LOWEST);
  const high = f64x2.splat(HIGHEST);
  for (let i = 0; i < count; i++, samples += 16, weights += 32, out += 4) {
    const w0 = v128.load64_splat(weights);
    const w1 = v128.load64_splat(weights, 8);
    const w2 = v128.load64_splat(weights, 16);
    const w3 = v128.load64_splat(weights, 24);
    const a = line + ((<usize>load<i32>(samples)) << 5);
    const b = line + ((<usize>load<i32>(samples, 4)) << 5);
    const c = line + ((<usize>load<i32>(samples, 8)) << 5);
    const d = line + ((<usize>load<i32>(samples, 12)) << 5);
    let p = blend(v128.load(a), v128.load(b), v128.load(c), v128.load(d), w0, w1, w2, w3);
    let q = blend(v128.load(a, 16), v128.load(b, 16), v128.load(c, 16), v128.load(d, 16), w0, w1, w2, w3);
    p = f32x4.demote_f64x2_zero(f64x2.min(f64x2.max(p, low), high));
    q = f32x4.demote_f64x2_zero(f64x2.min(f64x2.max(q, low), high));
    v128.store32_lane(out, p, 0);
    v128.store32_lane(out + outBytes, p, 1);
    v128.store32_lane(out + outBytes * 2, q, 0);
    v128.store32_lane(out + outBytes * 3, q, 1);
  }
}

/** One voxel, its 64 terms multiplied and added up in ITK's order. */
function exactly(
  coefficients: usize,
  rowBytes: usize,
  bytes: usize,
  first: i32,
  xSamples: usize,
  xWeights: usize,
  ySamples: usize,
  yWeights: usize,
  zSamples: usize,
  zWeights: usize,
): f64 {
  let sum: f64 = 0;
  for (let c: usize = 0; c < 4; c++) {
    const slice = coefficients + <usize>(load<i32>(zSamples + (c << 2)) - first) * bytes;
    const zWeight = load<f64>(zWeights + (c << 3));
    for (let b: usize = 0; b < 4; b++) {
      const row = slice + <usize>load<i32>(ySamples + (b << 2)) * rowBytes;
      const yWeight = load<f64>(yWeights + (b << 3));
      for (let a: usize = 0; a < 4; a++) {
        const coefficient = load<f64>(row + ((<usize>load<i32>(xSamples + (a << 2))) << 3));
        sum += load<f64>(xWeights + (a << 3)) * yWeight * zWeight * coefficient;
      }
    }
  }
  return sum;
}
