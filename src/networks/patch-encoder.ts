/**
 * The patch encoder (reference section 6): 13 convolutions of kernel 3, each with BatchNorm and ELU, from 32^3 voxels to 128 numbers.
 *
 * PyTorch pads (1, 1) at stride 2, TensorFlow's `same` pads (0, 1). With patches and kernels reversed along their three
 * axes both are the same convolution, in every layer, on every engine. BatchNorm is folded into filters and biases.
 */
import { PATCH_EDGE } from '../imaging/atlas/atlas.js';
import { batchNormParameters, type Architecture, type Parameters } from './architecture.js';
import { foldBatchNorm } from './batch-norm.js';

export const PATCH_VOXELS = PATCH_EDGE ** 3;
export const FEATURES = 128;

/** HU as the network's input: -1 is air, 0 is -392 HU, 1 is 240 HU. */
export const networkInput = (hu: number): number => (hu + 1024) / 632 - 1;

interface Layer {
  readonly conv: string;
  readonly norm: string;
  readonly from: number;
  readonly to: number;
  readonly stride: 1 | 2;
}

const layer = (conv: string, norm: string, from: number, to: number, stride: 1 | 2): Layer => ({
  conv,
  norm,
  from,
  to,
  stride,
});
const downsample = (name: string, from: number, to: number): Layer[] => [
  layer(`${name}.0`, `${name}.1`, from, to, 1),
  layer(`${name}.3`, `${name}.4`, to, to, 1),
  layer(`${name}.6`, `${name}.7`, to, to, 2),
];
const LAYERS: readonly Layer[] = [
  layer('conv1', 'bn1', 1, 8, 1),
  layer('conv2', 'bn2', 8, 8, 2),
  ...downsample('downsample1', 8, 16),
  ...downsample('downsample2', 16, 32),
  ...downsample('downsample3', 32, 64),
  layer('conv3', 'bn3', 64, 128, 1),
  layer('conv4', 'bn4', 128, FEATURES, 2),
];
export const KERNEL = 3;
const TAPS = KERNEL ** 3;

/** Untrained: PyTorch's `kaiming_uniform_` (fan in) for filters, which keeps the signal's size; its default for biases. */
function convParameters({ conv, from, to }: Layer): Architecture['parameters'] {
  const fanIn = from * TAPS;
  return {
    [`${conv}.weight`]: {
      shape: [to, from, KERNEL, KERNEL, KERNEL],
      untrained: { bound: Math.sqrt(6 / fanIn) },
    },
    [`${conv}.bias`]: { shape: [to], untrained: { bound: Math.sqrt(1 / fanIn) } },
  };
}

export const patchEncoder: Architecture = {
  title: 'patch encoder',
  prefixes: ['module.encoder_q.', 'encoder.'],
  parameters: Object.assign(
    {},
    ...LAYERS.map((l) => ({ ...convParameters(l), ...batchNormParameters(l.norm, l.to) })),
  ) as Architecture['parameters'],
  transposed: {},
  unused: /^fc\.|\.num_batches_tracked$/,
};

/** A layer as every engine computes it: a convolution with TensorFlow's `same` padding, bias, ELU. */
export interface FoldedLayer {
  readonly from: number;
  readonly to: number;
  readonly stride: 1 | 2;
  /** Voxels along each axis of its input. */
  readonly edge: number;
  /** `[3, 3, 3, from, to]` over (z, y, x), in double precision: each engine rounds once. */
  readonly filter: Float64Array;
  /** `[to]` */
  readonly bias: Float64Array;
}

export function foldedLayers(parameters: Parameters): FoldedLayer[] {
  let edge = PATCH_EDGE;
  return LAYERS.map(({ conv, norm, from, to, stride }) => {
    const { scale, shift } = foldBatchNorm(parameters, conv, norm);
    const filter = reversedFilter(parameters[`${conv}.weight`].data, scale, from, to);
    const folded = { from, to, stride, edge, filter, bias: shift };
    edge /= stride;
    return folded;
  });
}

/** `[to, from, z, y, x]` to `[-z, -y, -x, from, to]`, each output channel scaled. */
function reversedFilter(weight: Float32Array, scale: Float64Array, from: number, to: number): Float64Array {
  const filter = new Float64Array(weight.length);
  for (let o = 0; o < to; o++)
    for (let i = 0; i < from; i++)
      for (let tap = 0; tap < TAPS; tap++)
        filter[((TAPS - 1 - tap) * from + i) * to + o] = weight[(o * from + i) * TAPS + tap] * scale[o];
  return filter;
}
