/** Any maker's GPU, by Dawn (the package `webgpu`) and tfjs's backend on it, with our own programs. */
import type { EngineDescriptor } from '../descriptor.js';
import { deviceEngine } from '../device/engine.js';
import { webgpuSource } from '../tfjs/webgpu-source.js';
import { missingForVulkan } from '../vulkan.js';

export const webgpu = {
  name: 'webgpu',
  packages: ['webgpu', '@tensorflow/tfjs-core', '@tensorflow/tfjs-backend-webgpu'],
  gpu: {
    autoOrder: 2,
    remedy:
      'Install the card’s driver and, on Linux, the Vulkan loader, so that `vulkaninfo --summary` lists it',
    onCpu: { said: 'its device is slow software' },
  },
  lacks: missingForVulkan,
  open: ({ urls }) => deviceEngine(webgpuSource(urls)),
} as const satisfies EngineDescriptor;
