/** TensorFlow's C library on the CPU, by `@tensorflow/tfjs-node`. */
import type { EngineDescriptor } from '../descriptor.js';
import { deviceEngine } from '../device/engine.js';
import { tfjsNodeSource } from '../tfjs/node-source.js';

export const node = {
  name: 'node',
  packages: ['@tensorflow/tfjs-node'],
  open: ({ urls: [url] }) => deviceEngine(tfjsNodeSource(url)),
} as const satisfies EngineDescriptor;
