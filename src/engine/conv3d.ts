/** conv3d + bias + ELU: one kernel where the backend has it (our wasm kernels), stock tfjs operations elsewhere. */
import type { NamedAttrMap, Tensor1D, Tensor5D } from '@tensorflow/tfjs-core';
import type { Tf } from './tfjs.js';

/** Name of the fused kernel in tfjs's registry. */
export const CONV3D_BIAS_ELU = 'LungflowConv3DBiasElu';

/** Attributes of tfjs's Conv3D, which ours shares. */
export interface Conv3dAttributes extends NamedAttrMap {
  strides: number | [number, number, number];
  pad: 'same' | 'valid';
  dilations?: number | [number, number, number];
}

/**
 * @param x `[batch, depth, height, width, channels]`
 * @param filter `[depth, height, width, channels, outChannels]`
 * @param bias `[outChannels]`
 */
export function conv3dBiasElu(
  tf: Tf,
  x: Tensor5D,
  filter: Tensor5D,
  bias: Tensor1D,
  stride: 1 | 2,
): Tensor5D {
  if (hasKernel(tf, CONV3D_BIAS_ELU)) {
    const attributes: Conv3dAttributes = { strides: stride, pad: 'same' };
    return tf.engine().runKernel(CONV3D_BIAS_ELU, { x, filter, bias }, attributes);
  }
  const convolved = tf.conv3d(x, filter, stride, 'same');
  // Broadcasting at rank 2: rank 5 is slow on some backends and refused by others.
  const flat = tf.reshape(convolved, [-1, bias.shape[0]]);
  return tf.reshape(tf.elu(tf.add(flat, bias)), convolved.shape);
}

/** tfjs declares the lookup as if it never missed. */
const hasKernel = (tf: Tf, name: string): boolean =>
  (tf.getKernel(name, tf.getBackend()) as unknown) !== undefined;
