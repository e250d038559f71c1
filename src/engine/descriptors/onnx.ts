/** ONNX Runtime, on the GPU or CPU that it finds: the engine of users' own encoders. */
import type { EngineDescriptor } from '../descriptor.js';
import { deviceEngine } from '../device/engine.js';
import { onnxSource } from '../onnx/source.js';

export const onnx = {
  name: 'onnx',
  packages: ['onnxruntime-node'],
  runsModels: true,
  open: ({ urls: [url], workers: { threads } }) => deviceEngine(onnxSource(url, threads)),
} as const satisfies EngineDescriptor;
