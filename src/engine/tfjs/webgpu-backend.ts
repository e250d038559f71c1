/** tfjs on WebGPU, with our own programs for both networks: tfjs's own conv3d has a thread for each number and shares nothing. */
import type { Backend } from '../device/backend.js';
import type { WebgpuSource } from './webgpu-source.js';
import { buildWebgpuEncoder } from './webgpu/encoder.js';
import type { Gpu } from './webgpu/gpu.js';
import { buildWebgpuGraphNetwork } from './webgpu/graph-network.js';
import { openGpu } from './webgpu/open-gpu.js';

export const openBackend = async (source: WebgpuSource): Promise<Backend> =>
  webgpuBackend(await openGpu(source));

export const webgpuBackend = (gpu: Gpu): Backend => ({
  device: gpu.device,
  buildEncoder: ({ parameters }) => Promise.resolve(buildWebgpuEncoder(gpu, parameters)),
  buildGraphNetwork: ({ parameters }) => Promise.resolve(buildWebgpuGraphNetwork(gpu, parameters)),
  memory: () => gpu.memory(),
  dispose: () => Promise.resolve(gpu.dispose()),
});
