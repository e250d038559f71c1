/** tfjs on WebGPU: Dawn (the npm package `webgpu`) speaks Vulkan, Metal or Direct3D to any maker's card. */
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import type * as dawn from 'webgpu';
import type { Backend, BackendSource } from '../device/backend.js';
import type { Device } from '../engine.js';
import { missingForVulkan } from '../vulkan.js';
import { withoutGpu } from '../without-gpu.js';
import type { Tf } from './tfjs.js';
import { buildWebgpuEncoder } from './webgpu/encoder.js';
import { Gpu } from './webgpu/gpu.js';
import { buildWebgpuGraphNetwork } from './webgpu/graph-network.js';

type Source = Extract<BackendSource, { kind: 'webgpu' }>;

/** Once a thread: tfjs keeps one backend of a name. */
export async function openWebgpu(source: Source): Promise<Backend> {
  await provideWebgpu(source.dawn);
  const tf = await importTfjs(source);
  if (!(await tf.setBackend('webgpu'))) throw new Error('tfjs did not open the device');
  const gpu = new Gpu(tf, deviceOf((tf.backend() as WebGPUBackend).device.adapterInfo));
  return {
    device: gpu.device,
    buildEncoder: ({ parameters }) => Promise.resolve(buildWebgpuEncoder(gpu, parameters)),
    buildGraphNetwork: ({ parameters }) => Promise.resolve(buildWebgpuGraphNetwork(gpu, parameters)),
    memory: () => gpu.memory(),
    dispose() {
      gpu.dispose();
      Reflect.deleteProperty(globalThis, 'navigator'); // it would keep the process alive
      return Promise.resolve();
    },
  };
}

/**
 * What tfjs looks for in a browser.
 * @throws modelError when no driver offers an adapter
 */
async function provideWebgpu(url: string): Promise<void> {
  const missing = missingForVulkan();
  if (missing !== undefined) throw withoutGpu('webgpu', missing);
  const { create, globals } = (await import(url)) as typeof dawn;
  Object.assign(globalThis, globals);
  const gpu = create([]);
  if (!(await gpu.requestAdapter({ powerPreference: 'high-performance' })))
    throw withoutGpu('webgpu', 'no driver offers one');
  Object.defineProperty(globalThis, 'navigator', { value: { gpu }, configurable: true });
}

async function importTfjs({ core, backend }: Source): Promise<Tf> {
  const module = (await import(core)) as Tf & { default?: Tf };
  await import(backend);
  return module.default ?? module;
}

/** A driver that computes on the CPU is no GPU, and says so. */
function deviceOf({ vendor, architecture, device, description, isFallbackAdapter }: GPUAdapterInfo): Device {
  const name = [device, description, `${vendor} ${architecture}`].find((text) => text.trim() !== '')!;
  if (!isFallbackAdapter && !/swiftshader|llvmpipe/i.test(name)) return { kind: 'gpu', name };
  return { kind: 'cpu', name: `${name}, software Vulkan` };
}
