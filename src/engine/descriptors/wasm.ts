/** Our own kernels, on every worker thread: nothing to install, and on a CPU nothing is faster. */
import type { EngineDescriptor } from '../descriptor.js';
import { wasmEngine } from '../wasm/engine.js';

export const wasm = {
  name: 'wasm',
  packages: [],
  open: ({ workers }) => Promise.resolve(wasmEngine(workers)),
} as const satisfies EngineDescriptor;
