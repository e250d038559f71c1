/**
 * PyTorch pads (1, 1) at stride 2, TensorFlow's `same` pads (0, 1). With patches and filters reversed along their three
 * axes both are the same convolution, in every layer, on every engine.
 */
import type { ConvolutionStep } from './plan.js';

/** `[to, from, z, y, x]` to `[-z, -y, -x, from, to]` */
export function reversedFilter({ filter, from, to }: ConvolutionStep): Float64Array {
  const taps = filter.length / (from * to);
  const reversed = new Float64Array(filter.length);
  for (let o = 0; o < to; o++)
    for (let i = 0; i < from; i++)
      for (let tap = 0; tap < taps; tap++)
        reversed[((taps - 1 - tap) * from + i) * to + o] = filter[(o * from + i) * taps + tap];
  return reversed;
}
