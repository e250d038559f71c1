/**
 * 3-D convolution with bias and activation in one pass, on the heap of tfjs's wasm backend.
 * Channels last: input [batch, depth, height, width, channels], filter [kd, kh, kw, channels, outChannels].
 *
 * A tile is 4 output pixels x 8 output channels, held in 8 vector registers while the taps run by. Its pixels
 * lie side by side along the width or, where rows are shorter than a tile, at one place of 4 patches. Every
 * output is summed in tap order whatever its tile, so a patch's numbers do not depend on its batch.
 *
 * This module must hold no static data: its memory belongs to another module.
 */
const TILE_PIXELS: i32 = 4;
const TILE_CHANNELS: i32 = 8;
const TILE_BYTES: usize = 32; // one tap of one channel tile

const ELU: i32 = 1;

/** `[taps, channels]` to `[ceil(channels / 8), taps, 8]`, zeros beyond: a tile reads its weights in line. */
export function packChannels(source: usize, packed: usize, taps: i32, channels: i32): void {
  for (let first = 0; first < channels; first += TILE_CHANNELS) {
    const bytes: usize = <usize>min(TILE_CHANNELS, channels - first) << 2;
    for (let tap = 0; tap < taps; tap++) {
      if (bytes < TILE_BYTES) memory.fill(packed, 0, TILE_BYTES);
      memory.copy(packed, source + (<usize>(tap * channels + first) << 2), bytes);
      packed += TILE_BYTES;
    }
  }
}

/** Copies rows and leaves `before` and `after` bytes beside each: the margins keep what they hold. */
function copyIntoMargins(
  source: usize, target: usize, rows: i32, rowBytes: usize, before: usize, after: usize,
): void {
  for (let row = 0; row < rows; row++) {
    memory.copy(target + before, source, rowBytes);
    source += rowBytes;
    target += before + rowBytes + after;
  }
}

/** exp(v) - 1 for v < 0, v itself elsewhere, NaN kept; within 1e-7. */
// @ts-ignore: decorator
@inline
function elu(v: v128): v128 {
  const one = f32x4.splat(1);
  const positive = f32x4.pmax(v, f32x4.splat(0));
  const x = f32x4.pmax(f32x4.pmin(v, f32x4.splat(0)), f32x4.splat(-87));
  // Adding 1.5 * 2^23 rounds to the nearest integer n and leaves it in the low bits.
  const magic = f32x4.splat(12582912);
  const shifted = f32x4.add(f32x4.mul(x, f32x4.splat(1.44269504088896341)), magic);
  const n = f32x4.sub(shifted, magic);
  const twoToN = i32x4.add(i32x4.shl(shifted, 23), i32x4.splat(0x3f800000));
  let r = f32x4.sub(x, f32x4.mul(n, f32x4.splat(0.693145751953125)));
  r = f32x4.sub(r, f32x4.mul(n, f32x4.splat(1.42860682030941723e-6)));
  let q = f32x4.splat(1.0 / 5040);
  q = f32x4.add(f32x4.mul(q, r), f32x4.splat(1.0 / 720));
  q = f32x4.add(f32x4.mul(q, r), f32x4.splat(1.0 / 120));
  q = f32x4.add(f32x4.mul(q, r), f32x4.splat(1.0 / 24));
  q = f32x4.add(f32x4.mul(q, r), f32x4.splat(1.0 / 6));
  q = f32x4.add(f32x4.mul(q, r), f32x4.splat(0.5));
  const expm1OfR = f32x4.add(f32x4.mul(f32x4.mul(q, r), r), r);
  const negative = f32x4.add(f32x4.mul(twoToN, expm1OfR), f32x4.sub(twoToN, one));
  return f32x4.add(positive, negative);
}

/** Stores the first `channels` of 8 numbers. */
function store(at: usize, low: v128, high: v128, channels: i32, activation: i32): void {
  if (activation == ELU) {
    low = elu(low);
    high = elu(high);
  }
  if (channels >= 4) {
    v128.store(at, low);
    if (channels == TILE_CHANNELS) {
      v128.store(at, high, 16);
      return;
    }
    at += 16;
    low = high;
    channels -= 4;
  }
  if (channels & 2) {
    v128.store64_lane(at, low, 0);
    at += 8;
    low = v128.shuffle<i32>(low, low, 2, 3, 2, 3);
  }
  if (channels & 1) v128.store32_lane(at, low, 0);
}

/**
 * One tile. `input` and `filter` point at the first tap that lies inside the input; `planes` x `rows` x `taps`
 * follow, taps being neighbours in memory (kw x channels). A tile of fewer than 4 pixels repeats its first
 * and stores less. The inner loop stays rolled: unrolled by 8 it ran at a third of the speed (spec section 10).
 */
function tile(
  pixels: i32, input: usize, inputStep: usize, output: usize, outputStep: usize,
  filter: usize, bias: usize, planes: i32, rows: i32, taps: usize,
  inputPlane: usize, inputRow: usize, filterPlane: usize, filterRow: usize,
  channels: i32, activation: i32,
): void {
  let a0 = v128.load(bias), a1 = v128.load(bias, 16);
  let b0 = a0, b1 = a1, c0 = a0, c1 = a1, d0 = a0, d1 = a1;
  const toB: usize = pixels > 1 ? inputStep : 0;
  const toC: usize = pixels > 2 ? inputStep * 2 : 0;
  const toD: usize = pixels > 3 ? inputStep * 3 : 0;
  for (let plane = 0; plane < planes; plane++) {
    let start = input, weights = filter;
    for (let row = 0; row < rows; row++) {
      let a = start, b = start + toB, c = start + toC, d = start + toD;
      let weight = weights;
      const end = weights + taps * TILE_BYTES;
      while (weight < end) {
        const low = v128.load(weight), high = v128.load(weight, 16);
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
        weight += TILE_BYTES;
        a += 4; b += 4; c += 4; d += 4;
      }
      start += inputRow;
      weights += filterRow;
    }
    input += inputPlane;
    filter += filterPlane;
  }
  store(output, a0, a1, channels, activation);
  if (pixels > 1) store(output + outputStep, b0, b1, channels, activation);
  if (pixels > 2) store(output + outputStep * 2, c0, c1, channels, activation);
  if (pixels > 3) store(output + outputStep * 3, d0, d1, channels, activation);
}

/**
 * @param filter packed by `packChannels` with kd x kh x kw x channels taps
 * @param bias packed by `packChannels` with one tap
 * @param margins room for one patch with its rows padded, holding zeros; 0 when the width is not padded
 * @param activation 0: none, 1: ELU
 */
export function conv3d(
  input: usize, output: usize, filter: usize, bias: usize, margins: usize,
  batch: i32, depth: i32, height: i32, width: i32, channels: i32,
  kernelDepth: i32, kernelHeight: i32, kernelWidth: i32, outChannels: i32,
  strideDepth: i32, strideHeight: i32, strideWidth: i32,
  front: i32, top: i32, left: i32, right: i32,
  outDepth: i32, outHeight: i32, outWidth: i32, activation: i32,
): void {
  const pixelBytes: usize = <usize>channels << 2;
  const patchBytes: usize = <usize>(depth * height * width) * pixelBytes;
  const outPixel: usize = <usize>outChannels << 2;
  const outRow: usize = <usize>outWidth * outPixel;
  const outPatch: usize = <usize>(outDepth * outHeight) * outRow;
  const filterRow: usize = <usize>(kernelWidth * channels) * TILE_BYTES;
  const filterPlane: usize = <usize>kernelHeight * filterRow;
  const filterTile: usize = <usize>kernelDepth * filterPlane;

  const alongWidth = outWidth >= TILE_PIXELS;
  const padded = alongWidth && margins != 0;
  const rowBytes: usize = <usize>(padded ? left + width + right : width) * pixelBytes;
  const planeBytes: usize = <usize>height * rowBytes;
  const patches = alongWidth ? batch : 1;

  for (let patch = 0; patch < patches; patch++) {
    let source = input + <usize>patch * patchBytes;
    if (padded) {
      copyIntoMargins(
        source, margins, depth * height,
        <usize>width * pixelBytes, <usize>left * pixelBytes, <usize>right * pixelBytes,
      );
      source = margins;
    }
    for (let first = 0; first < outChannels; first += TILE_CHANNELS) {
      const tileChannels = min(TILE_CHANNELS, outChannels - first);
      const tileFilter = filter + <usize>(first / TILE_CHANNELS) * filterTile;
      const tileBias = bias + (<usize>first << 2);
      let out = output + <usize>patch * outPatch + (<usize>first << 2);
      for (let z = 0; z < outDepth; z++) {
        const z0 = z * strideDepth - front;
        const kd = max(0, -z0);
        const planes = min(kernelDepth, depth - z0) - kd;
        for (let y = 0; y < outHeight; y++) {
          const y0 = y * strideHeight - top;
          const kh = max(0, -y0);
          const rows = min(kernelHeight, height - y0) - kh;
          const from = source + <usize>(z0 + kd) * planeBytes + <usize>(y0 + kh) * rowBytes;
          const weights = tileFilter + <usize>kd * filterPlane + <usize>kh * filterRow;
          if (alongWidth) {
            for (let x = 0; x < outWidth; x += TILE_PIXELS) {
              tile(
                min(TILE_PIXELS, outWidth - x), from + <usize>(x * strideWidth) * pixelBytes,
                <usize>strideWidth * pixelBytes, out + <usize>x * outPixel, outPixel, weights, tileBias,
                planes, rows, <usize>(kernelWidth * channels), planeBytes, rowBytes, filterPlane, filterRow,
                tileChannels, activation,
              );
            }
          } else {
            for (let x = 0; x < outWidth; x++) {
              const x0 = x * strideWidth - left;
              const kw = max(0, -x0);
              const columns = max(0, min(kernelWidth, width - x0) - kw);
              for (let b = 0; b < batch; b += TILE_PIXELS) {
                tile(
                  min(TILE_PIXELS, batch - b), from + <usize>b * patchBytes + <usize>(x0 + kw) * pixelBytes,
                  patchBytes, out + <usize>b * outPatch + <usize>x * outPixel, outPatch,
                  weights + <usize>(kw * channels) * TILE_BYTES, tileBias,
                  planes, rows, <usize>(columns * channels), planeBytes, rowBytes, filterPlane, filterRow,
                  tileChannels, activation,
                );
              }
            }
          }
          out += outRow;
        }
      }
    }
  }
}
