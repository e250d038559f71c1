/**
 * 3-D convolution of kernel 3 and stride 1 in a cube, zeros around it, bias and ELU: by Winograd's F(4, 3) along depth and
 * height, directly along the width. 36 products stand for the 144 of a tile of 4 x 4 outputs.
 * Channels last: input [patches, edge, edge, edge, channels], rows `inputRow` bytes apart.
 *
 * The points 0, +-5/8, +-11/8 and infinity lose 2.6 times less to rounding than 0, +-1, +-2.
 * A tile's numbers depend on nothing but its input: not on the tiles that go with it.
 */
import { BIAS_BYTES, biasElu } from './parts/bias-elu.as';

const TILE: i32 = 4; // outputs along depth and along height
const SPAN: i32 = 6; // inputs that they need, and products, along each
const PRODUCTS: i32 = 36;

const A: f32 = 0.625;
const B: f32 = 1.375;
const A2: f32 = A * A;
const B2: f32 = B * B;
const A3: f32 = A2 * A;
const B3: f32 = B2 * B;

/** Bytes of a row that are transformed together: what lies between the two axes stays in the first-level cache. */
const BLOCK: usize = BIAS_BYTES;
const PLANE: usize = 6 * BLOCK; // of the block between the axes, [z, y, BLOCK]

/** The gap between one product's rows and the next's: without it many would share a set of the cache. */
const APART: usize = 64;

// The scratch memory: a line of zeros, the block between the two axes, transformed input, products.
const BETWEEN: usize = BLOCK;
const TRANSFORMED: usize = BETWEEN + <usize>PRODUCTS * BLOCK;

const CHANNEL_TILE: i32 = 8;
const CHANNEL_TILE_BYTES: usize = 32;
const PIXEL_TILE: i32 = 4;

/** Bytes of one transformed row: a pixel of zeros stands between rows, and before the first. */
// @ts-ignore: decorator
@inline
function transformedRow(edge: i32, channels: i32): usize {
  return (<usize>((edge + 1) * channels)) << 2;
}

// @ts-ignore: decorator
@inline
function transformedBytes(edge: i32, channels: i32, tilesAtOnce: i32): usize {
  const pixel: usize = (<usize>channels) << 2;
  return (pixel + <usize>(PRODUCTS * tilesAtOnce) * transformedRow(edge, channels) + 15) & ~15;
}

/** From one product's rows to the next's. */
// @ts-ignore: decorator
@inline
function productStep(edge: i32, outChannels: i32, tilesAtOnce: i32): usize {
  return ((<usize>(tilesAtOnce * edge * outChannels)) << 2) + APART;
}

/** What `winograd3d` needs at `scratch`. */
export function scratchBytes(edge: i32, channels: i32, outChannels: i32, tilesAtOnce: i32): usize {
  return (
    TRANSFORMED +
    transformedBytes(edge, channels, tilesAtOnce) +
    <usize>PRODUCTS * productStep(edge, outChannels, tilesAtOnce)
  );
}

/**
 * A product's input: six numbers weighted by the coefficients of the polynomial whose roots are all points but the product's own.
 * For 0; one place further on, for infinity.
 */
// @ts-ignore: decorator
@inline
function atZero(d0: v128, d2: v128, d4: v128): v128 {
  return f32x4.add(f32x4.sub(f32x4.mul(f32x4.splat(A2 * B2), d0), f32x4.mul(f32x4.splat(A2 + B2), d2)), d4);
}
/** For p and -p, whose sum and difference these are, q being the other pair: the part in even powers, then in odd ones. */
// @ts-ignore: decorator
@inline
function evenPart(d2: v128, d4: v128, q2: f32): v128 {
  return f32x4.sub(d4, f32x4.mul(f32x4.splat(q2), d2));
}
// @ts-ignore: decorator
@inline
function oddPart(d1: v128, d3: v128, p: f32, q2: f32): v128 {
  return f32x4.mul(f32x4.splat(p), f32x4.sub(d3, f32x4.mul(f32x4.splat(q2), d1)));
}

/** Along depth: six rows to six lines of the block between the axes. */
function inputsAlongDepth(
  s0: usize,
  s1: usize,
  s2: usize,
  s3: usize,
  s4: usize,
  s5: usize,
  target: usize,
  bytes: usize,
): void {
  for (let i: usize = 0; i < bytes; i += 16, target += 16) {
    const d1 = v128.load(s1 + i);
    const d2 = v128.load(s2 + i);
    const d3 = v128.load(s3 + i);
    const d4 = v128.load(s4 + i);
    v128.store(target, atZero(v128.load(s0 + i), d2, d4));
    let even = evenPart(d2, d4, B2);
    let odd = oddPart(d1, d3, A, B2);
    v128.store(target, f32x4.add(even, odd), PLANE);
    v128.store(target, f32x4.sub(even, odd), 2 * PLANE);
    even = evenPart(d2, d4, A2);
    odd = oddPart(d1, d3, B, A2);
    v128.store(target, f32x4.add(even, odd), 3 * PLANE);
    v128.store(target, f32x4.sub(even, odd), 4 * PLANE);
    v128.store(target, atZero(d1, d3, v128.load(s5 + i)), 5 * PLANE);
  }
}

/** Along height: six lines of that block to six transformed rows, `step` bytes apart. */
function inputsAlongHeight(source: usize, target: usize, step: usize, bytes: usize): void {
  const end = source + bytes;
  for (; source < end; source += 16, target += 16) {
    const d1 = v128.load(source, BLOCK);
    const d2 = v128.load(source, 2 * BLOCK);
    const d3 = v128.load(source, 3 * BLOCK);
    const d4 = v128.load(source, 4 * BLOCK);
    let to = target;
    v128.store(to, atZero(v128.load(source), d2, d4));
    let even = evenPart(d2, d4, B2);
    let odd = oddPart(d1, d3, A, B2);
    to += step;
    v128.store(to, f32x4.add(even, odd));
    to += step;
    v128.store(to, f32x4.sub(even, odd));
    even = evenPart(d2, d4, A2);
    odd = oddPart(d1, d3, B, A2);
    to += step;
    v128.store(to, f32x4.add(even, odd));
    to += step;
    v128.store(to, f32x4.sub(even, odd));
    to += step;
    v128.store(to, atZero(d1, d3, v128.load(source, 5 * BLOCK)));
  }
}

/** Outputs 0 to 3 of a line, from sums (even) and differences (odd) of the products at +-A and at +-B. */
// @ts-ignore: decorator
@inline
function output0(evenA: v128, evenB: v128, m0: v128): v128 {
  return f32x4.add(m0, f32x4.add(evenA, evenB));
}
// @ts-ignore: decorator
@inline
function output1(oddA: v128, oddB: v128): v128 {
  return f32x4.add(f32x4.mul(f32x4.splat(A), oddA), f32x4.mul(f32x4.splat(B), oddB));
}
// @ts-ignore: decorator
@inline
function output2(evenA: v128, evenB: v128): v128 {
  return f32x4.add(f32x4.mul(f32x4.splat(A2), evenA), f32x4.mul(f32x4.splat(B2), evenB));
}
// @ts-ignore: decorator
@inline
function output3(oddA: v128, oddB: v128, m5: v128): v128 {
  return f32x4.add(f32x4.add(f32x4.mul(f32x4.splat(A3), oddA), f32x4.mul(f32x4.splat(B3), oddB)), m5);
}

/** Along depth: six rows of products, `step` bytes apart, to four lines of the block between the axes. */
function outputsAlongDepth(source: usize, step: usize, target: usize, bytes: usize): void {
  const end = source + bytes;
  for (; source < end; source += 16, target += 16) {
    const m1 = v128.load(source + step);
    const m2 = v128.load(source + 2 * step);
    const m3 = v128.load(source + 3 * step);
    const m4 = v128.load(source + 4 * step);
    const evenA = f32x4.add(m1, m2);
    const oddA = f32x4.sub(m1, m2);
    const evenB = f32x4.add(m3, m4);
    const oddB = f32x4.sub(m3, m4);
    v128.store(target, output0(evenA, evenB, v128.load(source)));
    v128.store(target, output1(oddA, oddB), PLANE);
    v128.store(target, output2(evenA, evenB), 2 * PLANE);
    v128.store(target, output3(oddA, oddB, v128.load(source + 5 * step)), 3 * PLANE);
  }
}

/** Along height: six lines of that block to four rows, `step` bytes apart. */
function outputsAlongHeight(source: usize, target: usize, step: usize, bytes: usize): void {
  const end = source + bytes;
  for (; source < end; source += 16, target += 16) {
    const m1 = v128.load(source, BLOCK);
    const m2 = v128.load(source, 2 * BLOCK);
    const m3 = v128.load(source, 3 * BLOCK);
    const m4 = v128.load(source, 4 * BLOCK);
    const evenA = f32x4.add(m1, m2);
    const oddA = f32x4.sub(m1, m2);
    const evenB = f32x4.add(m3, m4);
    const oddB = f32x4.sub(m3, m4);
    v128.store(target, output0(evenA, evenB, v128.load(source)));
    v128.store(target + step, output1(oddA, oddB));
    v128.store(target + 2 * step, output2(evenA, evenB));
    v128.store(target + 3 * step, output3(oddA, oddB, v128.load(source, 5 * BLOCK)));
  }
}

/** The 6 x 6 rows from (z0, y0) on, those outside being zeros, to 36 rows `step` bytes apart. */
function transformInput(
  input: usize,
  inputRow: usize,
  edge: i32,
  z0: i32,
  y0: i32,
  rowBytes: usize,
  target: usize,
  step: usize,
  scratch: usize,
): void {
  const plane = <usize>edge * inputRow;
  const zeros = scratch;
  const between = scratch + BETWEEN;
  const front = z0 >= 0;
  const back = z0 + SPAN <= edge;
  for (let at: usize = 0; at < rowBytes; at += BLOCK) {
    const bytes = min(BLOCK, rowBytes - at);
    for (let y = 0; y < SPAN; y++) {
      const inside = <u32>(y0 + y) < <u32>edge;
      const from = input + <usize>(z0 * edge + y0 + y) * inputRow + at;
      inputsAlongDepth(
        inside && front ? from : zeros,
        inside ? from + plane : zeros,
        inside ? from + 2 * plane : zeros,
        inside ? from + 3 * plane : zeros,
        inside ? from + 4 * plane : zeros,
        inside && back ? from + 5 * plane : zeros,
        between + <usize>y * BLOCK,
        bytes,
      );
    }
    for (let z = 0; z < SPAN; z++) {
      inputsAlongHeight(between + <usize>z * PLANE, target + <usize>(z * SPAN) * step + at, step, bytes);
    }
  }
}

/** 36 rows of products, `step` bytes apart, to 4 x 4 rows of the output. */
function transformOutput(
  products: usize,
  step: usize,
  rowBytes: usize,
  output: usize,
  outputRow: usize,
  outputPlane: usize,
  bias: usize,
  scratch: usize,
): void {
  const between = scratch + BETWEEN;
  for (let at: usize = 0; at < rowBytes; at += BLOCK) {
    const bytes = min(BLOCK, rowBytes - at);
    for (let y = 0; y < SPAN; y++) {
      outputsAlongDepth(
        products + <usize>y * step + at,
        <usize>SPAN * step,
        between + <usize>y * BLOCK,
        bytes,
      );
    }
    let to = output + at;
    for (let z = 0; z < TILE; z++) {
      outputsAlongHeight(between + <usize>z * PLANE, to, outputRow, bytes);
      // A pass of its own over what was just written: within the transform V8 would run out of registers.
      for (let y = 0; y < TILE; y++) biasElu(to + <usize>y * outputRow, bytes, bias);
      to += outputPlane;
    }
  }
}

/** 4 pixels x 8 channels; a pixel's taps are neighbours in memory. */
// @ts-ignore: decorator
@inline
function multiplyTile(
  input: usize,
  pixelBytes: usize,
  output: usize,
  outPixel: usize,
  filter: usize,
  end: usize,
): void {
  let a0 = f32x4.splat(0);
  let a1 = a0;
  let b0 = a0;
  let b1 = a0;
  let c0 = a0;
  let c1 = a0;
  let d0 = a0;
  let d1 = a0;
  let a = input;
  let b = a + pixelBytes;
  let c = b + pixelBytes;
  let d = c + pixelBytes;
  while (filter < end) {
    const low = v128.load(filter);
    const high = v128.load(filter, 16);
    let value = v128.load32_splat(a);
    a0 = f32x4.add(a0, f32x4.mul(value, low));
    a1 = f32x4.add(a1, f32x4.mul(value, high));
    value = v128.load32_splat(b);
    b0 = f32x4.add(b0, f32x4.mul(value, low));
    b1 = f32x4.add(b1, f32x4.mul(value, high));
    value = v128.load32_splat(c);
    c0 = f32x4.add(c0, f32x4.mul(value, low));
    c1 = f32x4.add(c1, f32x4.mul(value, high));
    value = v128.load32_splat(d);
    d0 = f32x4.add(d0, f32x4.mul(value, low));
    d1 = f32x4.add(d1, f32x4.mul(value, high));
    filter += CHANNEL_TILE_BYTES;
    a += 4;
    b += 4;
    c += 4;
    d += 4;
  }
  v128.store(output, a0);
  v128.store(output, a1, 16);
  output += outPixel;
  v128.store(output, b0);
  v128.store(output, b1, 16);
  output += outPixel;
  v128.store(output, c0);
  v128.store(output, c1, 16);
  output += outPixel;
  v128.store(output, d0);
  v128.store(output, d1, 16);
}

/** Of one product and 8 output channels: rows of all tiles. */
function multiplyRows(
  input: usize,
  inputRow: usize,
  output: usize,
  outputRow: usize,
  filter: usize,
  rows: i32,
  edge: i32,
  channels: i32,
  outPixel: usize,
): void {
  const pixelBytes: usize = (<usize>channels) << 2;
  const end = filter + <usize>(3 * channels) * CHANNEL_TILE_BYTES;
  for (let row = 0; row < rows; row++) {
    let from = input;
    let to = output;
    for (let x = 0; x < edge; x += PIXEL_TILE) {
      multiplyTile(from, pixelBytes, to, outPixel, filter, end);
      from += <usize>PIXEL_TILE * pixelBytes;
      to += <usize>PIXEL_TILE * outPixel;
    }
    input += inputRow;
    output += outputRow;
  }
}

/** The same for one input channel: the three taps' weights stay in registers for whole rows. */
function multiplyRowsOfOneChannel(
  input: usize,
  inputRow: usize,
  output: usize,
  outputRow: usize,
  filter: usize,
  rows: i32,
  edge: i32,
  outPixel: usize,
): void {
  const low0 = v128.load(filter, 0);
  const high0 = v128.load(filter, 16);
  const low1 = v128.load(filter, 32);
  const high1 = v128.load(filter, 48);
  const low2 = v128.load(filter, 64);
  const high2 = v128.load(filter, 80);
  for (let row = 0; row < rows; row++) {
    let from = input;
    let to = output;
    const end = from + ((<usize>edge) << 2);
    while (from < end) {
      const left = v128.load32_splat(from);
      const middle = v128.load32_splat(from, 4);
      const right = v128.load32_splat(from, 8);
      v128.store(
        to,
        f32x4.add(f32x4.add(f32x4.mul(left, low0), f32x4.mul(middle, low1)), f32x4.mul(right, low2)),
      );
      v128.store(
        to,
        f32x4.add(f32x4.add(f32x4.mul(left, high0), f32x4.mul(middle, high1)), f32x4.mul(right, high2)),
        16,
      );
      from += 4;
      to += outPixel;
    }
    input += inputRow;
    output += outputRow;
  }
}

/** Zeros beside every transformed row, once: the transforms write between them. */
function clearMargins(at: usize, rowBytes: usize, pixelBytes: usize, rows: i32): void {
  for (let row = 0; row <= rows; row++) {
    for (let i: usize = 0; i < pixelBytes; i += 4) store<f32>(at + i, 0);
    at += rowBytes;
  }
}

/**
 * @param edge a multiple of 4
 * @param channels 1 or a multiple of 4; a row has a multiple of 4 numbers
 * @param outChannels 8, 16, 32 or 64
 * @param filter `[36, outChannels / 8, 3 x channels, 8]`, transformed
 * @param bias repeated to 64 numbers
 * @param scratch of `scratchBytes`
 * @param tilesAtOnce tiles of 4 x 4 rows that share a pass over the filter
 */
export function winograd3d(
  input: usize,
  inputRow: usize,
  output: usize,
  outputRow: usize,
  filter: usize,
  bias: usize,
  scratch: usize,
  patches: i32,
  edge: i32,
  channels: i32,
  outChannels: i32,
  tilesAtOnce: i32,
): void {
  const pixelBytes: usize = (<usize>channels) << 2;
  const outPixel: usize = (<usize>outChannels) << 2;
  const rowBytes = <usize>edge * pixelBytes;
  const outRowBytes = <usize>edge * outPixel;
  const row = transformedRow(edge, channels);
  const step = <usize>tilesAtOnce * row;
  const outStep = productStep(edge, outChannels, tilesAtOnce);
  const margins = scratch + TRANSFORMED;
  const transformed = margins + pixelBytes;
  const products = margins + transformedBytes(edge, channels, tilesAtOnce);
  const filterTile: usize = <usize>(3 * channels) * CHANNEL_TILE_BYTES;
  const side = edge / TILE;
  const tiles = patches * side * side;

  memory.fill(scratch, 0, BLOCK);
  clearMargins(margins, row, pixelBytes, PRODUCTS * tilesAtOnce);
  for (let first = 0; first < tiles; first += tilesAtOnce) {
    const count = min(tilesAtOnce, tiles - first);
    for (let i = 0; i < count; i++) {
      const z = (first + i) / side;
      const y = (first + i) % side; // z counts on through the patches
      const patch = z / side;
      transformInput(
        input + <usize>(patch * edge * edge) * inputRow,
        inputRow,
        edge,
        (z - patch * side) * TILE - 1,
        y * TILE - 1,
        rowBytes,
        transformed + <usize>i * row,
        step,
        scratch,
      );
    }
    let weights = filter;
    for (let product = 0; product < PRODUCTS; product++) {
      const from = margins + <usize>product * step;
      let to = products + <usize>product * outStep;
      for (let channel = 0; channel < outChannels; channel += CHANNEL_TILE) {
        if (channels === 1) {
          multiplyRowsOfOneChannel(from, row, to, outRowBytes, weights, count, edge, outPixel);
        } else {
          multiplyRows(from, row, to, outRowBytes, weights, count, edge, channels, outPixel);
        }
        weights += filterTile;
        to += CHANNEL_TILE_BYTES;
      }
    }
    for (let i = 0; i < count; i++) {
      const z = (first + i) / side;
      const y = (first + i) % side;
      transformOutput(
        products + <usize>i * outRowBytes,
        outStep,
        outRowBytes,
        output + <usize>((z * edge + y) * TILE) * outputRow,
        outputRow,
        <usize>edge * outputRow,
        bias,
        scratch,
      );
    }
  }
}
