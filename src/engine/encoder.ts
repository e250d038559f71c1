/**
 * The patch encoder (spec section 6): 13 convolutions of kernel 3, each with BatchNorm and ELU, from 32^3 voxels to 128 numbers.
 *
 * PyTorch pads (1, 1) at stride 2, TensorFlow's `same` pads (0, 1). With patches and kernels reversed along their three
 * axes both are the same convolution, in every layer, on every backend. BatchNorm is folded into filters and biases.
 */
import type { Tensor1D, Tensor5D } from '@tensorflow/tfjs-core';
import { PATCH_EDGE } from '../imaging/atlas.js';
import { batchNormParameters, type Architecture, type Parameters } from './architecture.js';
import { foldBatchNorm } from './batch-norm.js';
import { conv3dBiasElu } from './conv3d.js';
import type { Tf } from './tfjs.js';

export const PATCH_VOXELS = PATCH_EDGE ** 3;
export const FEATURES = 128;

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
const KERNEL = 3;
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

export interface Encoder {
  readonly layers: readonly { readonly filter: Tensor5D; readonly bias: Tensor1D; readonly stride: 1 | 2 }[];
}

export function buildEncoder(tf: Tf, parameters: Parameters): Encoder {
  return {
    layers: LAYERS.map(({ conv, norm, from, to, stride }) => {
      const { scale, shift } = foldBatchNorm(parameters, conv, norm);
      const filter = reversedFilter(parameters[`${conv}.weight`].data, scale, from, to);
      return {
        filter: tf.tensor5d(filter, [KERNEL, KERNEL, KERNEL, from, to]),
        bias: tf.tensor1d(Float32Array.from(shift)),
        stride,
      };
    }),
  };
}

/** `[to, from, z, y, x]` to `[-z, -y, -x, from, to]`, each output channel scaled. */
function reversedFilter(weight: Float32Array, scale: Float64Array, from: number, to: number): Float32Array {
  const filter = new Float32Array(weight.length);
  for (let o = 0; o < to; o++)
    for (let i = 0; i < from; i++)
      for (let tap = 0; tap < TAPS; tap++)
        filter[((TAPS - 1 - tap) * from + i) * to + o] = weight[(o * from + i) * TAPS + tap] * scale[o];
  return filter;
}

/** HU of patches `[z, y, x]` as the network's input, (HU + 1024) / 632 - 1, each patch reversed along its three axes. */
export function writeNetworkInput(patches: Int16Array, input: Float32Array, inputStart: number): void {
  for (let start = 0; start < patches.length; start += PATCH_VOXELS) {
    const last = inputStart + start + PATCH_VOXELS - 1;
    for (let i = 0; i < PATCH_VOXELS; i++) input[last - i] = (patches[start + i] + 1024) / 632 - 1;
  }
}

/** @returns `[patches, 128]`; the number of patches in the call never changes a patch's features */
export async function encodePatches(tf: Tf, encoder: Encoder, input: Float32Array): Promise<Float32Array> {
  const patches = input.length / PATCH_VOXELS;
  let x: Tensor5D = tf.tensor5d(input, [patches, PATCH_EDGE, PATCH_EDGE, PATCH_EDGE, 1]);
  for (const { filter, bias, stride } of encoder.layers) {
    const before = x;
    x = tf.tidy(() => conv3dBiasElu(tf, before, filter, bias, stride));
    before.dispose(); // at once: the next layer's output takes its place in the cache
  }
  const features = (await x.data()) as Float32Array;
  x.dispose();
  return features;
}
