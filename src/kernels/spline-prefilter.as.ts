/**
 * Cubic B-spline prefilter with mirror boundaries, the arithmetic of `imaging/resampling/b-spline.ts`: ITK's, operation for operation,
 * on signals side by side. Sample r of all of them is row r, `bytes` long, a multiple of 64; so every step is one of
 * whole vectors, and no signal's numbers depend on its neighbours.
 *
 * The constants come as arguments: written here they would be made anew at each use, and stand in two places.
 * This module must hold no static data: its memory is lent.
 */

/** Lines that are filtered along x together: a cache line of doubles. */
const LINES: i32 = 8;
const LINES_BYTES: usize = 64;

/** The first row's causal values, in its place. @param far POLE ^ (count - 1) */
function startCausal(
  c: usize,
  stride: usize,
  count: i32,
  bytes: usize,
  horizon: i32,
  pole: f64,
  gain: f64,
  far: f64,
): void {
  const gains = f64x2.splat(gain);
  for (let i: usize = 0; i < bytes; i += 16) v128.store(c + i, f64x2.mul(v128.load(c + i), gains));
  if (count > horizon) {
    let weight = pole;
    for (let r = 1; r < horizon; r++, weight *= pole) add(c, c + <usize>r * stride, weight, bytes, gains);
    return;
  }
  let near = pole;
  add(c, c + <usize>(count - 1) * stride, far, bytes, gains);
  far *= far / pole;
  for (let r = 1; r < count - 1; r++, near *= pole, far /= pole) {
    add(c, c + <usize>r * stride, near + far, bytes, gains);
  }
  const period = f64x2.splat(1 - near * near);
  for (let i: usize = 0; i < bytes; i += 16) v128.store(c + i, f64x2.div(v128.load(c + i), period));
}

function add(to: usize, from: usize, weight: f64, bytes: usize, gains: v128): void {
  const weights = f64x2.splat(weight);
  for (let i: usize = 0; i < bytes; i += 16) {
    v128.store(
      to + i,
      f64x2.add(v128.load(to + i), f64x2.mul(weights, f64x2.mul(gains, v128.load(from + i)))),
    );
  }
}

/** Causal values, into `to`, from a row's samples and the causal values of the row before. */
function stepCausal(to: usize, row: usize, before: usize, bytes: usize, pole: f64, gain: f64): void {
  const poles = f64x2.splat(pole);
  const gains = f64x2.splat(gain);
  const end = row + bytes;
  while (row < end) {
    v128.store(to, f64x2.add(f64x2.mul(gains, v128.load(row)), f64x2.mul(poles, v128.load(before))));
    v128.store(
      to,
      f64x2.add(f64x2.mul(gains, v128.load(row, 16)), f64x2.mul(poles, v128.load(before, 16))),
      16,
    );
    v128.store(
      to,
      f64x2.add(f64x2.mul(gains, v128.load(row, 32)), f64x2.mul(poles, v128.load(before, 32))),
      32,
    );
    v128.store(
      to,
      f64x2.add(f64x2.mul(gains, v128.load(row, 48)), f64x2.mul(poles, v128.load(before, 48))),
      48,
    );
    to += 64;
    row += 64;
    before += 64;
  }
}

/** The last row's coefficients, in its place, from the causal values of the last two. */
function startAnticausal(row: usize, before: usize, bytes: usize, pole: f64, mirror: f64): void {
  const poles = f64x2.splat(pole);
  const mirrors = f64x2.splat(mirror);
  for (let i: usize = 0; i < bytes; i += 16) {
    v128.store(
      row + i,
      f64x2.mul(mirrors, f64x2.add(f64x2.mul(poles, v128.load(before + i)), v128.load(row + i))),
    );
  }
}

/** Any other row's coefficients, in its place, from those of the row after. */
function stepAnticausal(row: usize, after: usize, bytes: usize, pole: f64): void {
  const poles = f64x2.splat(pole);
  const end = row + bytes;
  while (row < end) {
    v128.store(row, f64x2.mul(poles, f64x2.sub(v128.load(after), v128.load(row))));
    v128.store(row, f64x2.mul(poles, f64x2.sub(v128.load(after, 16), v128.load(row, 16))), 16);
    v128.store(row, f64x2.mul(poles, f64x2.sub(v128.load(after, 32), v128.load(row, 32))), 32);
    v128.store(row, f64x2.mul(poles, f64x2.sub(v128.load(after, 48), v128.load(row, 48))), 48);
    row += 64;
    after += 64;
  }
}

/** 8 lines' int16 samples, turned: `[samples, 8]` doubles. Reads and writes up to the next multiple of 8 samples. */
function turnInt16(voxels: usize, lineBytes: usize, samples: i32, batch: usize): void {
  const end = voxels + ((<usize>samples) << 1);
  const l1 = lineBytes;
  const l2 = lineBytes * 2;
  const l3 = lineBytes * 3;
  const l4 = lineBytes * 4;
  const l5 = lineBytes * 5;
  const l6 = lineBytes * 6;
  const l7 = lineBytes * 7;
  for (; voxels < end; voxels += 16, batch += 8 * LINES_BYTES) {
    turnFour(
      v128.load(voxels),
      v128.load(voxels + l1),
      v128.load(voxels + l2),
      v128.load(voxels + l3),
      batch,
    );
    turnFour(
      v128.load(voxels + l4),
      v128.load(voxels + l5),
      v128.load(voxels + l6),
      v128.load(voxels + l7),
      batch + 32,
    );
  }
}

/** 8 samples of 4 lines, to 4 doubles at each of 8 places `LINES_BYTES` apart. */
// @ts-ignore: decorator
@inline
function turnFour(a: v128, b: v128, c: v128, d: v128, to: usize): void {
  const abLow = v128.shuffle<i16>(a, b, 0, 8, 1, 9, 2, 10, 3, 11);
  const abHigh = v128.shuffle<i16>(a, b, 4, 12, 5, 13, 6, 14, 7, 15);
  const cdLow = v128.shuffle<i16>(c, d, 0, 8, 1, 9, 2, 10, 3, 11);
  const cdHigh = v128.shuffle<i16>(c, d, 4, 12, 5, 13, 6, 14, 7, 15);
  widenTwo(v128.shuffle<i32>(abLow, cdLow, 0, 4, 1, 5), to);
  widenTwo(v128.shuffle<i32>(abLow, cdLow, 2, 6, 3, 7), to + 2 * LINES_BYTES);
  widenTwo(v128.shuffle<i32>(abHigh, cdHigh, 0, 4, 1, 5), to + 4 * LINES_BYTES);
  widenTwo(v128.shuffle<i32>(abHigh, cdHigh, 2, 6, 3, 7), to + 6 * LINES_BYTES);
}

// @ts-ignore: decorator
@inline
function widenTwo(fourAndFour: v128, to: usize): void {
  const first = i32x4.extend_low_i16x8_s(fourAndFour);
  const second = i32x4.extend_high_i16x8_s(fourAndFour);
  v128.store(to, f64x2.convert_low_i32x4_s(first));
  v128.store(to, f64x2.convert_low_i32x4_s(v128.shuffle<i32>(first, first, 2, 3, 2, 3)), 16);
  v128.store(to, f64x2.convert_low_i32x4_s(second), LINES_BYTES);
  v128.store(to, f64x2.convert_low_i32x4_s(v128.shuffle<i32>(second, second, 2, 3, 2, 3)), LINES_BYTES + 16);
}

/** The same of float32 samples. */
function turnFloat32(voxels: usize, lineBytes: usize, samples: i32, batch: usize): void {
  const end = voxels + ((<usize>samples) << 2);
  for (; voxels < end; voxels += 4) {
    let line = voxels;
    for (let pair = 0; pair < LINES; pair += 2, line += lineBytes * 2, batch += 16) {
      v128.store(
        batch,
        f64x2.promote_low_f32x4(v128.load32_lane(line + lineBytes, v128.load32_zero(line), 1)),
      );
    }
  }
}

/** From the second sample of 8 lines on, in place. */
function causalLines(batch: usize, samples: i32, pole: f64, gain: f64): void {
  const poles = f64x2.splat(pole);
  const gains = f64x2.splat(gain);
  const end = batch + <usize>samples * LINES_BYTES;
  let a = v128.load(batch);
  let b = v128.load(batch, 16);
  let c = v128.load(batch, 32);
  let d = v128.load(batch, 48);
  for (batch += LINES_BYTES; batch < end; batch += LINES_BYTES) {
    a = f64x2.add(f64x2.mul(gains, v128.load(batch)), f64x2.mul(poles, a));
    b = f64x2.add(f64x2.mul(gains, v128.load(batch, 16)), f64x2.mul(poles, b));
    c = f64x2.add(f64x2.mul(gains, v128.load(batch, 32)), f64x2.mul(poles, c));
    d = f64x2.add(f64x2.mul(gains, v128.load(batch, 48)), f64x2.mul(poles, d));
    v128.store(batch, a);
    v128.store(batch, b, 16);
    v128.store(batch, c, 32);
    v128.store(batch, d, 48);
  }
}

/** Coefficients of 8 lines from their causal values: samples [from, to), turned back, into 8 rows of `slice`. */
function anticausalLines(
  batch: usize,
  samples: i32,
  from: i32,
  to: i32,
  slice: usize,
  rowBytes: usize,
  pole: f64,
  mirror: f64,
): void {
  const poles = f64x2.splat(pole);
  let at = batch + <usize>(samples - 1) * LINES_BYTES;
  startAnticausal(at, at - LINES_BYTES, LINES_BYTES, pole, mirror);
  let a = v128.load(at);
  let b = v128.load(at, 16);
  let c = v128.load(at, 32);
  let d = v128.load(at, 48);
  const last = batch + <usize>(to - 1) * LINES_BYTES;
  while (at > last) {
    at -= LINES_BYTES;
    a = f64x2.mul(poles, f64x2.sub(a, v128.load(at)));
    b = f64x2.mul(poles, f64x2.sub(b, v128.load(at, 16)));
    c = f64x2.mul(poles, f64x2.sub(c, v128.load(at, 32)));
    d = f64x2.mul(poles, f64x2.sub(d, v128.load(at, 48)));
  }
  const r1 = rowBytes;
  const r2 = rowBytes * 2;
  const r3 = rowBytes * 3;
  const r4 = rowBytes * 4;
  const r5 = rowBytes * 5;
  const r6 = rowBytes * 6;
  const r7 = rowBytes * 7;
  let row = slice + ((<usize>(to - 1 - from)) << 3);
  if ((to - from) & 1) {
    v128.store64_lane(row, a, 0);
    v128.store64_lane(row + r1, a, 1);
    v128.store64_lane(row + r2, b, 0);
    v128.store64_lane(row + r3, b, 1);
    v128.store64_lane(row + r4, c, 0);
    v128.store64_lane(row + r5, c, 1);
    v128.store64_lane(row + r6, d, 0);
    v128.store64_lane(row + r7, d, 1);
    if (row === slice) return;
    at -= LINES_BYTES;
    a = f64x2.mul(poles, f64x2.sub(a, v128.load(at)));
    b = f64x2.mul(poles, f64x2.sub(b, v128.load(at, 16)));
    c = f64x2.mul(poles, f64x2.sub(c, v128.load(at, 32)));
    d = f64x2.mul(poles, f64x2.sub(d, v128.load(at, 48)));
    row -= 8;
  }
  for (;;) {
    row -= 8;
    at -= LINES_BYTES;
    const a0 = f64x2.mul(poles, f64x2.sub(a, v128.load(at)));
    const b0 = f64x2.mul(poles, f64x2.sub(b, v128.load(at, 16)));
    const c0 = f64x2.mul(poles, f64x2.sub(c, v128.load(at, 32)));
    const d0 = f64x2.mul(poles, f64x2.sub(d, v128.load(at, 48)));
    v128.store(row, v128.shuffle<i64>(a0, a, 0, 2));
    v128.store(row + r1, v128.shuffle<i64>(a0, a, 1, 3));
    v128.store(row + r2, v128.shuffle<i64>(b0, b, 0, 2));
    v128.store(row + r3, v128.shuffle<i64>(b0, b, 1, 3));
    v128.store(row + r4, v128.shuffle<i64>(c0, c, 0, 2));
    v128.store(row + r5, v128.shuffle<i64>(c0, c, 1, 3));
    v128.store(row + r6, v128.shuffle<i64>(d0, d, 0, 2));
    v128.store(row + r7, v128.shuffle<i64>(d0, d, 1, 3));
    if (row === slice) return;
    row -= 8;
    at -= LINES_BYTES;
    a = f64x2.mul(poles, f64x2.sub(a0, v128.load(at)));
    b = f64x2.mul(poles, f64x2.sub(b0, v128.load(at, 16)));
    c = f64x2.mul(poles, f64x2.sub(c0, v128.load(at, 32)));
    d = f64x2.mul(poles, f64x2.sub(d0, v128.load(at, 48)));
  }
}

/**
 * One slice's coefficients along x and y, `[rows, width]` doubles in `slice`: `rows` lines of voxels, filtered along x from
 * end to end, of which columns [from, to) are kept; then along y. `voxels` and `slice` have room for a multiple of 8 lines
 * and `batch` for one of 8 samples.
 * @param voxelBytes 2: int16, 4: float32
 * @param bytes of a row of `slice`: what lies beyond the columns kept stays as it is, filtered along y
 */
export function filterSlice(
  voxels: usize,
  voxelBytes: i32,
  lineBytes: usize,
  rows: i32,
  samples: i32,
  from: i32,
  to: i32,
  batch: usize,
  slice: usize,
  bytes: usize,
  horizon: i32,
  pole: f64,
  gain: f64,
  mirror: f64,
  farX: f64,
  farY: f64,
): void {
  let causal = 0;
  for (let line = 0; line < rows; line += LINES) {
    const source = voxels + <usize>line * lineBytes;
    if (voxelBytes === 2) turnInt16(source, lineBytes, samples, batch);
    else turnFloat32(source, lineBytes, samples, batch);
    startCausal(batch, LINES_BYTES, samples, LINES_BYTES, horizon, pole, gain, farX);
    causalLines(batch, samples, pole, gain);
    anticausalLines(batch, samples, from, to, slice + <usize>line * bytes, bytes, pole, mirror);
    // Along y while the rows are still in the cache.
    const ready = min(rows, line + LINES);
    if (causal === 0 && (ready === rows || ready > horizon)) {
      startCausal(slice, bytes, rows, bytes, horizon, pole, gain, farY);
      causal = 1;
    }
    if (causal === 0) continue;
    for (; causal < ready; causal++) {
      const row = slice + <usize>causal * bytes;
      stepCausal(row, row, row - bytes, bytes, pole, gain);
    }
  }
  let row = slice + <usize>(rows - 1) * bytes;
  startAnticausal(row, row - bytes, bytes, pole, mirror);
  while (row > slice) {
    row -= bytes;
    stepAnticausal(row, row + bytes, bytes, pole);
  }
}

/**
 * A slice's rows into the rings along z, one ring a row, `ringBytes` apart: as they are, or as causal values where
 * `before` tells where in its ring each row of the slice before lies.
 */
export function enterSlice(
  slice: usize,
  rows: i32,
  bytes: usize,
  ring: usize,
  ringBytes: usize,
  before: usize,
  pole: f64,
  gain: f64,
): void {
  for (let row = 0; row < rows; row++, slice += bytes, ring += ringBytes, before += ringBytes) {
    if (before === ring) memory.copy(ring, slice, bytes);
    else stepCausal(ring, slice, before, bytes, pole, gain);
  }
}

/** Causal values along z of the first slices of each ring, of a signal of `count`, from the samples of `slices` of them. */
export function startRings(
  ring: usize,
  ringBytes: usize,
  rows: i32,
  bytes: usize,
  slices: i32,
  count: i32,
  horizon: i32,
  pole: f64,
  gain: f64,
  far: f64,
): void {
  for (let row = 0; row < rows; row++, ring += ringBytes) {
    startCausal(ring, bytes, count, bytes, horizon, pole, gain, far);
    for (let z = 1; z < slices; z++) {
      const at = ring + <usize>z * bytes;
      stepCausal(at, at, at - bytes, bytes, pole, gain);
    }
  }
}

/**
 * Coefficients of slices [from, to) along z, one row of each, from the causal values of slices up to `end` in a ring of
 * `held` slices, slice z at z % held. `bytes` is a multiple of 128; `into` is `[to - from, bytes]`.
 */
export function filterBack(
  ring: usize,
  held: i32,
  bytes: usize,
  from: i32,
  to: i32,
  end: i32,
  into: usize,
  pole: f64,
  mirror: f64,
): void {
  const poles = f64x2.splat(pole);
  const mirrors = f64x2.splat(mirror);
  const around = <usize>held * bytes;
  for (let x: usize = 0; x < bytes; x += 128) {
    const base = ring + x;
    let at = base + <usize>((end - 1) % held) * bytes;
    const before = (at === base ? at + around : at) - bytes;
    let a = f64x2.mul(mirrors, f64x2.add(f64x2.mul(poles, v128.load(before)), v128.load(at)));
    let b = f64x2.mul(mirrors, f64x2.add(f64x2.mul(poles, v128.load(before, 16)), v128.load(at, 16)));
    let c = f64x2.mul(mirrors, f64x2.add(f64x2.mul(poles, v128.load(before, 32)), v128.load(at, 32)));
    let d = f64x2.mul(mirrors, f64x2.add(f64x2.mul(poles, v128.load(before, 48)), v128.load(at, 48)));
    let e = f64x2.mul(mirrors, f64x2.add(f64x2.mul(poles, v128.load(before, 64)), v128.load(at, 64)));
    let f = f64x2.mul(mirrors, f64x2.add(f64x2.mul(poles, v128.load(before, 80)), v128.load(at, 80)));
    let g = f64x2.mul(mirrors, f64x2.add(f64x2.mul(poles, v128.load(before, 96)), v128.load(at, 96)));
    let h = f64x2.mul(mirrors, f64x2.add(f64x2.mul(poles, v128.load(before, 112)), v128.load(at, 112)));
    let z = end - 1;
    for (; z >= to; z--) {
      at = (at === base ? at + around : at) - bytes;
      a = f64x2.mul(poles, f64x2.sub(a, v128.load(at)));
      b = f64x2.mul(poles, f64x2.sub(b, v128.load(at, 16)));
      c = f64x2.mul(poles, f64x2.sub(c, v128.load(at, 32)));
      d = f64x2.mul(poles, f64x2.sub(d, v128.load(at, 48)));
      e = f64x2.mul(poles, f64x2.sub(e, v128.load(at, 64)));
      f = f64x2.mul(poles, f64x2.sub(f, v128.load(at, 80)));
      g = f64x2.mul(poles, f64x2.sub(g, v128.load(at, 96)));
      h = f64x2.mul(poles, f64x2.sub(h, v128.load(at, 112)));
    }
    let out = into + <usize>(z - from) * bytes + x;
    const first = into + x;
    for (;;) {
      v128.store(out, a);
      v128.store(out, b, 16);
      v128.store(out, c, 32);
      v128.store(out, d, 48);
      v128.store(out, e, 64);
      v128.store(out, f, 80);
      v128.store(out, g, 96);
      v128.store(out, h, 112);
      if (out === first) break;
      out -= bytes;
      at = (at === base ? at + around : at) - bytes;
      a = f64x2.mul(poles, f64x2.sub(a, v128.load(at)));
      b = f64x2.mul(poles, f64x2.sub(b, v128.load(at, 16)));
      c = f64x2.mul(poles, f64x2.sub(c, v128.load(at, 32)));
      d = f64x2.mul(poles, f64x2.sub(d, v128.load(at, 48)));
      e = f64x2.mul(poles, f64x2.sub(e, v128.load(at, 64)));
      f = f64x2.mul(poles, f64x2.sub(f, v128.load(at, 80)));
      g = f64x2.mul(poles, f64x2.sub(g, v128.load(at, 96)));
      h = f64x2.mul(poles, f64x2.sub(h, v128.load(at, 112)));
    }
  }
}
