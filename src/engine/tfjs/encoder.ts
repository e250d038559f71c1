/**
 * The patch encoder in tfjs's stock operations, on TensorFlow. How its sums are rounded may depend on the number of patches
 * (without oneDNN it does): each batch is filled up with patches of zeros.
 */
import type { Tensor1D, Tensor5D } from '@tensorflow/tfjs-core';
import { PATCH_EDGE, PATCH_VOXELS } from '../../imaging/atlas/atlas.js';
import type { Parameters } from '../../networks/architecture.js';
import { KERNEL } from '../../networks/layers.js';
import { FEATURES, networkInput, patchEncoder } from '../../networks/patch-encoder.js';
import type { DeviceNetwork } from '../device/backend.js';
import type { PatchSlice } from '../engine.js';
import { countPatches, scatterFeatures } from '../patch-slices.js';
import { planEncoder, type ConvolutionStep } from '../plan.js';
import { reversedFilter } from '../reversed-filter.js';
import type { Tf } from './tfjs.js';

/** A step of the plan on the device: what it takes from the one before it, and how to let go of its numbers. */
interface Step {
  apply(x: Tensor5D): Tensor5D;
  dispose(): void;
}

export function buildTfjsEncoder(
  tf: Tf,
  parameters: Parameters,
  largestBatch: number,
): DeviceNetwork<PatchSlice> {
  const steps = planEncoder(patchEncoder.body, parameters).flatMap((step): Step[] => {
    switch (step.kind) {
      case 'convolution':
        return [convolution(tf, step)];
      case 'flatten':
        return []; // channels last: those of one voxel are a row
    }
  });
  return {
    largestBatch,
    filledUp: true,
    run: (slices, places) => encode(tf, steps, slices, places),
    dispose: () => steps.forEach((step) => step.dispose()),
  };
}

async function encode(
  tf: Tf,
  steps: readonly Step[],
  slices: readonly PatchSlice[],
  places: number,
): Promise<void> {
  if (countPatches(slices) === 0) return;
  let x: Tensor5D = tf.tensor5d(inputOf(slices, places), [places, PATCH_EDGE, PATCH_EDGE, PATCH_EDGE, 1]);
  for (const step of steps) {
    const before = x;
    try {
      x = tf.tidy(() => step.apply(before));
    } finally {
      before.dispose();
    }
  }
  const features = (await x.data().finally(() => x.dispose())) as Float32Array;
  scatterFeatures(slices, features, FEATURES);
}

function convolution(tf: Tf, step: ConvolutionStep): Step {
  const { from, to, stride } = step;
  const filter = tf.tensor5d(Float32Array.from(reversedFilter(step)), [KERNEL, KERNEL, KERNEL, from, to]);
  const bias = tf.tensor1d(Float32Array.from(step.bias));
  return {
    apply: (x) => convolve(tf, x, filter, bias, stride),
    dispose: () => tf.dispose([filter, bias]),
  };
}

function convolve(tf: Tf, x: Tensor5D, filter: Tensor5D, bias: Tensor1D, stride: 1 | 2): Tensor5D {
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
