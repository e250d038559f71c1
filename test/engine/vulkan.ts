/** Where the tests of WebGPU find a device: the machine's own, or SwiftShader of Debian's chromium. */
import { existsSync } from 'node:fs';
import { webgpu } from '../../src/engine/descriptors/webgpu.js';
import { missingPackages } from '../../src/engine/open-engine.js';
import { findInstalled } from '../../src/engine/packages.js';
import { webgpuSource, type WebgpuSource } from '../../src/engine/tfjs/webgpu-source.js';

const OF_CHROMIUM = '/usr/lib/chromium/vk_swiftshader_icd.json';
/** The file that names its driver, undefined where there is none. */
export const SWIFTSHADER = existsSync(OF_CHROMIUM) ? OF_CHROMIUM : undefined;

/** The source, or why there is none. Comes before any other use of Dawn: the Vulkan loader reads the environment once. */
export async function findWebgpu(): Promise<{ readonly source: WebgpuSource } | { readonly skip: string }> {
  const missing = missingPackages(webgpu, findInstalled);
  if (missing.length > 0) return { skip: `${missing.join(' and ')} is not installed` };
  if (SWIFTSHADER) process.env['VK_DRIVER_FILES'] ??= SWIFTSHADER;
  const found = webgpuSource(webgpu.packages.map((name) => findInstalled(name)!));
  const { create } = (await import(found.dawn)) as typeof import('webgpu');
  const adapter = await create([]).requestAdapter();
  return adapter ? { source: found } : { skip: 'there is no Vulkan driver; chromium of Debian brings one' };
}
