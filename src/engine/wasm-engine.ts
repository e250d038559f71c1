/** Our own kernels for the patch encoder and tfjs's wasm backend for the graph network, on each worker thread. */
import type { Workers } from '../core/stage.js';
import { workerModule } from '../core/worker-module.js';
import { splitSlices, type Engine } from './engine.js';
import type { BackendSource } from './tensor.worker.js';

const thread = workerModule<typeof import('./tensor.worker.js')>(
  new URL('./tensor.worker.js', import.meta.url),
);
const source: BackendSource = { kind: 'wasm' };

/** Patches in one pass of the network: enough to go through the last layers' weights together. */
const PATCHES_A_PASS = 8;
const PASSES_A_THREAD = 2;

export function wasmEngine(workers: Workers, reason: string, patchesAPass = PATCHES_A_PASS): Engine {
  return {
    name: 'wasm',
    device: 'cpu',
    reason,
    lane: 'cpu',
    patchBatch: patchesAPass * PASSES_A_THREAD * workers.threads,
    encode: async (weights, slices, threads = workers) => {
      await Promise.all(
        splitSlices(slices, patchesAPass).map((pass) => threads.run(thread, 'encode', source, weights, pass)),
      );
    },
    aggregate: async (weights, graphs, threads = workers) => {
      await Promise.all(graphs.map((graph) => threads.run(thread, 'aggregate', source, weights, [graph])));
    },
    dispose: () => Promise.resolve(), // encoders and backends end with their threads
  };
}
