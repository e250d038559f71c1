/** The error of an engine that is installed and finds no GPU. */
import { modelError, type LungflowError } from '../core/errors.js';

const REMEDIES = {
  'node-gpu': 'Check the NVIDIA driver, CUDA and cuDNN',
  webgpu:
    'Install the card’s driver and, on Linux, the Vulkan loader, so that `vulkaninfo --summary` lists it',
};

/** @param why as the end of a sentence */
export const withoutGpu = (engine: keyof typeof REMEDIES, why: string): LungflowError =>
  modelError(
    'engine-without-gpu',
    `The engine ${engine} found no GPU: ${why}.`,
    `${REMEDIES[engine]} (docs/gpu.md says more), or choose --engine wasm.`,
  );
