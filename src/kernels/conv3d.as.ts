/**
 * 3-D convolution of kernel 3 in a cube, bias and ELU, as its definition reads.
 * Channels last: input [patches, edge, edge, edge + 1, channels]. The pixel after each row, and one before the first, are zeros:
 * what a row needs to its left and right.
 *
 * A tile is 4 output pixels x 8 output channels, held in 8 vector registers while the taps run by. Its pixels
 * lie side by side along the width or, where rows are shorter than a tile, at one place of 4 patches. Every
 * output is summed in tap order whatever its tile, so a patch's numbers do not depend on its batch.
 */
import { BIAS_BYTES, biasElu } from './parts/bias-elu.as';

const KERNEL: i32 = 3;
const TILE_PIXELS: i32 = 4;
const TILE_CHANNELS: i32 = 8;
const TILE_BYTES: usize = 32; // one tap of one channel tile

/**
 * One tile. `input` and `filter` point at the first tap that lies inside the input; `planes` x `rows` x `taps`
 * follow, taps being neighbours in memory. A tile of fewer than 4 pixels repeats its first and stores less.
 * The inner loop stays rolled: unrolled by 8 it ran at a third of the speed.
 */
function tile(
  pixels: i32,
  input: usize,
  inputStep: usize,
  output: usize,
  outputStep: usize,
  filter: usize,
  planes: i32,
  rows: i32,
  taps: usize,
  inputPlane: usize,
  inputRow: usize,
  filterPlane: usize,
  filterRow: usize,
): void {
  let a0 = f32x4.splat(0);
  let a1 = a0;
  let b0 = a0;
  let b1 = a0;
  let c0 = a0;
  let c1 = a0;
  let d0 = a0;
  let d1 = a0;
  const toB: usize = pixels > 1 ? inputStep : 0;
  const toC: usize = pixels > 2 ? inputStep * 2 : 0;
  const toD: usize = pixels > 3 ? inputStep * 3 : 0;
  for (let plane = 0; plane < planes; plane++) {
    let start = input;
    let weights = filter;
    for (let row = 0; row < rows; row++) {
      let a = start;
      let b = start + toB;
      let c = start + toC;
      let d = start + toD;
      let weight = weights;
      const end = weights + taps * TILE_BYTES;
      while (weight < end) {
        const low = v128.load(weight);
        const high = v128.load(weight, 16);
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
        a += 4;
        b += 4;
        c += 4;
        d += 4;
      }
      start += inputRow;
      weights += filterRow;
    }
    input += inputPlane;
    filter += filterPlane;
  }
  v128.store(output, a0);
  v128.store(output, a1, 16);
  if (pixels === 1) return;
  output += outputStep;
  v128.store(output, b0);
  v128.store(output, b1, 16);
  if (pixels === 2) return;
  output += outputStep;
  v128.store(output, c0);
  v128.store(output, c1, 16);
  if (pixels === 3) return;
  output += outputStep;
  v128.store(output, d0);
  v128.store(output, d1, 16);
}

/** Bias and ELU of all that was written, in lines of at most the bias's length. */
function activate(
  output: usize,
  rows: i32,
  outputRow: usize,
  rowBytes: usize,
  bias: usize,
  pixelBytes: usize,
): void {
  for (let row = 0; row < rows; row++) {
    if (pixelBytes <= BIAS_BYTES) {
      biasElu(output, rowBytes, bias);
    } else {
      for (let at: usize = 0; at < rowBytes; at += BIAS_BYTES) {
        biasElu(output + at, BIAS_BYTES, bias + (at % pixelBytes));
      }
    }
    output += outputRow;
  }
}

/**
 * @param edge even where `stride` is 2
 * @param outChannels 8, 16, 32 or a multiple of 64
 * @param filter `[outChannels / 8, 27, channels, 8]`
 * @param bias repeated to 64 numbers where there are fewer
 * @param stride 1: a pixel of zeros all around; 2: zeros behind, below and to the right alone
 */
export function conv3d(
  input: usize,
  output: usize,
  filter: usize,
  bias: usize,
  patches: i32,
  edge: i32,
  channels: i32,
  outChannels: i32,
  stride: i32,
): void {
  const before = stride === 1 ? 1 : 0;
  const outEdge = edge / stride;
  const pixelBytes: usize = (<usize>channels) << 2;
  const outPixel: usize = (<usize>outChannels) << 2;
  const rowBytes = <usize>(edge + 1) * pixelBytes;
  const outRow = <usize>(outEdge + 1) * outPixel;
  const planeBytes = <usize>edge * rowBytes;
  const patchBytes = <usize>edge * planeBytes;
  const outPatch = <usize>(outEdge * outEdge) * outRow;
  const filterRow: usize = <usize>(KERNEL * channels) * TILE_BYTES;
  const filterPlane: usize = <usize>KERNEL * filterRow;
  const filterTile: usize = <usize>KERNEL * filterPlane;
  const alongWidth = outEdge >= TILE_PIXELS;
  const passes = alongWidth ? patches : 1;
  const step = <usize>stride * pixelBytes;

  for (let pass = 0; pass < passes; pass++) {
    for (let first = 0; first < outChannels; first += TILE_CHANNELS) {
      const tileFilter = filter + <usize>(first / TILE_CHANNELS) * filterTile;
      let out = output + <usize>pass * outPatch + ((<usize>first) << 2);
      for (let z = 0; z < outEdge; z++) {
        const z0 = z * stride - before;
        const kd = max(0, -z0);
        const planes = min(KERNEL, edge - z0) - kd;
        for (let y = 0; y < outEdge; y++) {
          const y0 = y * stride - before;
          const kh = max(0, -y0);
          const rows = min(KERNEL, edge - y0) - kh;
          const from =
            input + <usize>pass * patchBytes + <usize>(z0 + kd) * planeBytes + <usize>(y0 + kh) * rowBytes;
          const weights = tileFilter + <usize>kd * filterPlane + <usize>kh * filterRow;
          if (alongWidth) {
            for (let x = 0; x < outEdge; x += TILE_PIXELS) {
              tile(
                min(TILE_PIXELS, outEdge - x),
                from + <usize>(x * stride - before) * pixelBytes,
                step,
                out + <usize>x * outPixel,
                outPixel,
                weights,
                planes,
                rows,
                <usize>(KERNEL * channels),
                planeBytes,
                rowBytes,
                filterPlane,
                filterRow,
              );
            }
          } else {
            for (let x = 0; x < outEdge; x++) {
              const x0 = x * stride - before;
              const kw = max(0, -x0);
              const columns = min(KERNEL, edge - x0) - kw;
              for (let p = 0; p < patches; p += TILE_PIXELS) {
                tile(
                  min(TILE_PIXELS, patches - p),
                  from + <usize>p * patchBytes + <usize>(x0 + kw) * pixelBytes,
                  patchBytes,
                  out + <usize>p * outPatch + <usize>x * outPixel,
                  outPatch,
                  weights + <usize>(kw * channels) * TILE_BYTES,
                  planes,
                  rows,
                  <usize>(columns * channels),
                  planeBytes,
                  rowBytes,
                  filterPlane,
                  filterRow,
                );
              }
            }
          }
          out += outRow;
        }
      }
    }
  }
  activate(output, patches * outEdge * outEdge, outRow, <usize>outEdge * outPixel, bias, outPixel);
}
