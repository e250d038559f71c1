/** conv3d as its definition reads, in double precision: the yardstick of every kernel. Channels last, TensorFlow's `same`. */
export interface Conv3dCase {
  readonly batch: number;
  readonly size: readonly [number, number, number];
  readonly channels: number;
  readonly kernel: readonly [number, number, number];
  readonly outChannels: number;
  readonly stride: readonly [number, number, number];
  readonly pad: 'same' | 'valid';
}

type Triple = [number, number, number];

export function referenceConv3d(c: Conv3dCase, x: ArrayLike<number>, filter: ArrayLike<number>) {
  const outSize = c.size.map((n, a) =>
    Math.ceil((c.pad === 'same' ? n : n - c.kernel[a] + 1) / c.stride[a]),
  ) as Triple;
  const before = c.size.map((n, a) =>
    c.pad === 'same' ? Math.max(0, (outSize[a] - 1) * c.stride[a] + c.kernel[a] - n) >> 1 : 0,
  );
  const [D, H, W] = c.size;
  const [oD, oH, oW] = outSize;
  const out = new Float64Array(c.batch * oD * oH * oW * c.outChannels);
  let at = 0;
  for (let b = 0; b < c.batch; b++)
    for (let z = 0; z < oD; z++)
      for (let y = 0; y < oH; y++)
        for (let w = 0; w < oW; w++, at += c.outChannels)
          for (let kz = 0; kz < c.kernel[0]; kz++)
            for (let ky = 0; ky < c.kernel[1]; ky++)
              for (let kx = 0; kx < c.kernel[2]; kx++) {
                const [iz, iy, ix] = [
                  z * c.stride[0] + kz - before[0],
                  y * c.stride[1] + ky - before[1],
                  w * c.stride[2] + kx - before[2],
                ];
                if (iz < 0 || iz >= D || iy < 0 || iy >= H || ix < 0 || ix >= W) continue;
                const from = (((b * D + iz) * H + iy) * W + ix) * c.channels;
                const tap = ((kz * c.kernel[1] + ky) * c.kernel[2] + kx) * c.channels;
                for (let i = 0; i < c.channels; i++)
                  for (let o = 0; o < c.outChannels; o++)
                    out[at + o] += x[from + i] * filter[(tap + i) * c.outChannels + o];
              }
  return { out, shape: [c.batch, ...outSize, c.outChannels] };
}
