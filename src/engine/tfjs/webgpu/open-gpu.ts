/** Opens the device: Dawn (the npm package `webgpu`) speaks Vulkan, Metal or Direct3D to any maker's card. */
import type * as dawn from 'webgpu';
import { webgpu } from '../../descriptors/webgpu.js';
import type { Device } from '../../engine.js';
import { withoutGpu } from '../../without-gpu.js';
import type { WebgpuSource } from '../webgpu-source.js';
import type { Tf } from '../tfjs.js';
import { Gpu, type TfjsBackend } from './gpu.js';

/**
 * Once a thread: tfjs keeps one backend of a name.
 * @throws modelError `engine-without-gpu` when no driver offers a device
 */
export async function openGpu(source: WebgpuSource): Promise<Gpu> {
  await provideWebgpu(source.dawn);
  const tf = await importTfjs(source);
  if (!(await tf.setBackend('webgpu'))) throw new Error('tfjs did not open the device');
  const opened = tf.backend() as unknown as TfjsBackend;
  return new Gpu(tf, opened, deviceOf(opened.device.adapterInfo));
}

/**
 * What tfjs looks for in a browser.
 * @throws modelError when no driver offers an adapter
 */
async function provideWebgpu(url: string): Promise<void> {
  const { create, globals } = (await import(url)) as typeof dawn;
  Object.assign(globalThis, globals);
  const gpu = create([]);
  if (!(await gpu.requestAdapter({ powerPreference: 'high-performance' })))
    throw withoutGpu(webgpu, 'no driver offers one');
  Object.defineProperty(globalThis, 'navigator', { value: { gpu }, configurable: true });
}

async function importTfjs({ core, backend }: WebgpuSource): Promise<Tf> {
  const module = (await import(core)) as Tf & { default?: Tf };
  await import(backend);
  return module.default ?? module;
}

/** A driver that computes on the CPU is no GPU, and says so. */
function deviceOf({ vendor, architecture, device, description, isFallbackAdapter }: GPUAdapterInfo): Device {
  const software = { swiftshader: 'SwiftShader', llvmpipe: 'llvmpipe' }[architecture];
  if (software || isFallbackAdapter) return { kind: 'cpu', name: `${software ?? device}, software Vulkan` };
  return { kind: 'gpu', name: device || description || `${vendor} ${architecture}` };
}
