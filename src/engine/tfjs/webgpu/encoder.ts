/** The patch encoder by our own WGSL programs. */
import type { Parameters } from '../../../networks/architecture.js';
import { PATCH_VOXELS } from '../../../imaging/atlas/atlas.js';
import { FEATURES, patchEncoder } from '../../../networks/patch-encoder.js';
import type { DeviceNetwork } from '../../device/backend.js';
import type { PatchSlice } from '../../engine.js';
import { countPatches, scatterFeatures } from '../../patch-slices.js';
import { planEncoder, type ConvolutionStep } from '../../plan.js';
import { reversedFilter } from '../../reversed-filter.js';
import { KERNEL } from '../../../networks/layers.js';
import { conv3dProgram } from './conv3d-program.js';
import type { Gpu } from './gpu.js';

/** Enough to fill any card; a gigabyte holds three times as many. */
const LARGEST_BATCH = { gpu: 256, cpu: 16 };

export function buildWebgpuEncoder(gpu: Gpu, parameters: Parameters): DeviceNetwork<PatchSlice> {
  const { tf } = gpu;
  const layers = planEncoder(patchEncoder.body, parameters).flatMap((step) => {
    switch (step.kind) {
      case 'convolution':
        return [convolution(gpu, step)];
      case 'flatten':
        return []; // quads of channels of one voxel lie one after the other
    }
  });
  /** Of a patch, in turn into one and the other. */
  const outputs = [0, 1].map((turn) =>
    Math.max(...layers.filter((_, i) => i % 2 === turn).map((l) => l.outputs)),
  );

  async function run(slices: readonly PatchSlice[]): Promise<void> {
    const count = countPatches(slices);
    if (count === 0) return;
    const record = () => {
      const patches = slices.map((slice) =>
        slice.patches.subarray(slice.from * PATCH_VOXELS, slice.to * PATCH_VOXELS),
      );
      let x = gpu.upload('patches', 'int32', patches);
      const turns = outputs.map((length, turn) => gpu.scratch(`activations ${turn}`, count * length));
      for (const [i, { program, filters, bias }] of layers.entries()) {
        gpu.run(program, [x, filters, bias], turns[i % 2], count);
        x = turns[i % 2];
      }
      return x;
    };
    await gpu.batch(count * FEATURES, record, (features) => scatterFeatures(slices, features, FEATURES));
  }

  const { maxStorageBufferBindingSize, maxComputeWorkgroupsPerDimension } = gpu.limits;
  return {
    largestBatch: Math.min(
      LARGEST_BATCH[gpu.device.kind],
      Math.floor(maxStorageBufferBindingSize / (4 * Math.max(...outputs))),
      Math.floor(
        maxComputeWorkgroupsPerDimension / Math.max(...layers.map(({ program }) => program.workgroups(1)[0])),
      ),
    ),
    run,
    dispose: () => layers.forEach(({ filters, bias }) => tf.dispose([filters, bias])),
  };
}

/** What the device holds of a step, and the program that runs it. */
function convolution({ tf }: Gpu, step: ConvolutionStep) {
  const { from, to, stride, edge } = step;
  return {
    program: conv3dProgram({ from, to, stride, edge, kernel: KERNEL }),
    filters: tf.tensor1d(Float32Array.from(reversedFilter(step))),
    bias: tf.tensor1d(Float32Array.from(step.bias)),
    outputs: to * (edge / stride) ** 3,
  };
}
