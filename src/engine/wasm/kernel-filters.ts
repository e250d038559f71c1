/** A layer's numbers in the order in which the kernels of `src/kernels` read them. */
import { BIAS_LINE, CHANNEL_TILE, WINOGRAD_POINTS as POINTS } from './kernel-layout.js';

/** `[6, 3]`: what a filter's three taps weigh in each of the six products. */
const TRANSFORM = [
  ...POINTS.map((p) => {
    const norm = POINTS.filter((q) => q !== p).reduce((product, q) => product * (p - q), 1);
    return [1 / norm, p / norm, (p * p) / norm];
  }),
  [0, 0, 1],
];

/**
 * @param filter `[27, from, to]`
 * @returns `[to / 8, 27, from, 8]`, for `conv3d`
 */
export function directFilter(filter: Float64Array, from: number, to: number): Float32Array {
  return tileChannels(filter, 27 * from, to);
}

/**
 * @param filter `[3, 3, 3, from, to]` over (z, y, x)
 * @returns `[36, to / 8, 3, from, 8]`, for `winograd3d`: transformed along z and y
 */
export function winogradFilter(filter: Float64Array, from: number, to: number): Float32Array {
  const row = 3 * from * to;
  const products = new Float32Array(36 * row);
  const product = new Float64Array(row);
  for (let z = 0; z < 6; z++)
    for (let y = 0; y < 6; y++) {
      product.fill(0);
      for (let kz = 0; kz < 3; kz++)
        for (let ky = 0; ky < 3; ky++) {
          const weight = TRANSFORM[z][kz] * TRANSFORM[y][ky];
          if (weight === 0) continue;
          const start = (kz * 3 + ky) * row;
          for (let i = 0; i < row; i++) product[i] += weight * filter[start + i];
        }
      products.set(tileChannels(product, 3 * from, to), (z * 6 + y) * row);
    }
  return products;
}

/** `[taps, channels]` to `[channels / 8, taps, 8]` */
function tileChannels(source: Float64Array, taps: number, channels: number): Float32Array {
  const tiled = new Float32Array(source.length);
  for (let tap = 0; tap < taps; tap++)
    for (let c = 0; c < channels; c++) {
      const tile = Math.floor(c / CHANNEL_TILE);
      tiled[(tile * taps + tap) * CHANNEL_TILE + (c % CHANNEL_TILE)] = source[tap * channels + c];
    }
  return tiled;
}

export function biasLine(bias: Float64Array): Float32Array {
  return Float32Array.from({ length: Math.max(BIAS_LINE, bias.length) }, (_, i) => bias[i % bias.length]);
}
