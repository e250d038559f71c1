/**
 * The patch encoder in tfjs's stock operations, on TensorFlow. How its sums are rounded may depend on the number of patches
 * (without oneDNN it does): each batch is filled up with patches of zeros.
 */
import type { Tensor1D, Tensor5D } from '@tensorflow/tfjs-core';
import { PATCH_EDGE } from '../../imaging/atlas/atlas.js';
import type { Parameters } from '../../networks/architecture.js';
import { FEATURES, foldedLayers, networkInput, PATCH_VOXELS } from '../../networks/patch-encoder.js';
import type { DeviceNetwork } from '../device/backend.js';
import type { PatchSlice } from '../engine.js';
import { countPatches, scatterFeatures } from '../patch-slices.js';
import type { Tf } from './tfjs.js';

interface Layer {
  readonly filter: Tensor5D;
  readonly bias: Tensor1D;
  readonly stride: 1 | 2;
}

export function buildTfjsEncoder(
  tf: Tf,
  parameters: Parameters,
  largestBatch: number,
): DeviceNetwork<PatchSlice> {
  const layers = foldedLayers(parameters).map(({ from, to, stride, filter, bias }) => ({
    filter: tf.tensor5d(Float32Array.from(filter), [3, 3, 3, from, to]),
    bias: tf.tensor1d(Float32Array.from(bias)),
    stride,
  }));
  return {
    largestBatch,
    filledUp: true,
    run: (slices, places) => encode(tf, layers, slices, places),
    dispose: () => layers.forEach(({ filter, bias }) => tf.dispose([filter, bias])),
  };
}

async function encode(
  tf: Tf,
  layers: readonly Layer[],
  slices: readonly PatchSlice[],
  places: number,
): Promise<void> {
  if (countPatches(slices) === 0) return;
  let x: Tensor5D = tf.tensor5d(inputOf(slices, places), [places, PATCH_EDGE, PATCH_EDGE, PATCH_EDGE, 1]);
  for (const layer of layers) {
    const before = x;
    try {
      x = tf.tidy(() => convolve(tf, before, layer));
    } finally {
      before.dispose();
    }
  }
  const features = (await x.data().finally(() => x.dispose())) as Float32Array;
  scatterFeatures(slices, features, FEATURES);
}

function convolve(tf: Tf, x: Tensor5D, { filter, bias, stride }: Layer): Tensor5D {
  const convolved = tf.conv3d(x, filter, stride, 'same');
  // Broadcasting at rank 2: rank 5 is slow on some backends and refused by others.
  const flat = tf.reshape(convolved, [-1, bias.shape[0]]);
  return tf.reshape(tf.elu(tf.add(flat, bias)), convolved.shape);
}

/** The patches one after the other, each reversed along its three axes, and zeros after the last. */
function inputOf(slices: readonly PatchSlice[], places: number): Float32Array {
  const input = new Float32Array(places * PATCH_VOXELS);
  let end = 0;
  for (const { patches, from, to } of slices)
    for (let patch = from; patch < to; patch++) {
      end += PATCH_VOXELS;
      for (let i = 0; i < PATCH_VOXELS; i++)
        input[end - 1 - i] = networkInput(patches[patch * PATCH_VOXELS + i]);
    }
  return input;
}
