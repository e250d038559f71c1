/** TensorFlow's C library with CUDA, by `@tensorflow/tfjs-node-gpu`. */
import type { EngineDescriptor } from '../descriptor.js';
import { deviceEngine } from '../device/engine.js';
import { tfjsNodeSource } from '../tfjs/node-source.js';

export const nodeGpu = {
  name: 'node-gpu',
  packages: ['@tensorflow/tfjs-node-gpu'],
  gpu: {
    autoOrder: 1,
    remedy: 'Check the NVIDIA driver, CUDA and cuDNN',
    onCpu: { refused: 'TensorFlow sees none' },
  },
  open: ({ urls: [url] }) => deviceEngine(tfjsNodeSource(url)),
} as const satisfies EngineDescriptor;
