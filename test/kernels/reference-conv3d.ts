/** conv3d, bias and ELU as their definitions read, in double precision. Channels last, kernel 3, TensorFlow's `same`. */
export interface Conv3dCase {
  readonly patches: number;
  /** Even where the stride is 2. */
  readonly edge: number;
  readonly channels: number;
  readonly outChannels: number;
  readonly stride: 1 | 2;
}

/**
 * @param x `[patches, edge, edge, edge, channels]`
 * @param filter `[3, 3, 3, channels, outChannels]`
 * @returns `[patches, edge / stride, edge / stride, edge / stride, outChannels]`
 */
export function referenceConv3d(
  { patches, edge, channels, outChannels, stride }: Conv3dCase,
  x: ArrayLike<number>,
  filter: ArrayLike<number>,
  bias: ArrayLike<number>,
): Float64Array {
  const outEdge = edge / stride;
  const before = stride === 1 ? 1 : 0;
  const out = new Float64Array(patches * outEdge ** 3 * outChannels);
  let at = 0;
  for (let p = 0; p < patches; p++)
    for (let z = 0; z < outEdge; z++)
      for (let y = 0; y < outEdge; y++)
        for (let w = 0; w < outEdge; w++, at += outChannels) {
          for (let tap = 0; tap < 27; tap++) {
            const iz = z * stride + Math.floor(tap / 9) - before;
            const iy = y * stride + (Math.floor(tap / 3) % 3) - before;
            const ix = w * stride + (tap % 3) - before;
            if ([iz, iy, ix].some((i) => i < 0 || i >= edge)) continue;
            const from = (((p * edge + iz) * edge + iy) * edge + ix) * channels;
            for (let i = 0; i < channels; i++)
              for (let o = 0; o < outChannels; o++)
                out[at + o] += x[from + i] * filter[(tap * channels + i) * outChannels + o];
          }
          for (let o = 0; o < outChannels; o++) out[at + o] = elu(out[at + o] + bias[o]);
        }
  return out;
}

const elu = (v: number) => (v > 0 ? v : Math.expm1(v));
