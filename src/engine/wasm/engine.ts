/** Our own kernels, in WebAssembly and plain TypeScript, on every worker thread: the engine that runs everywhere. */
import type { Workers } from '../../core/stage.js';
import { workerModule } from '../../core/worker-module.js';
import type { Engine } from '../engine.js';
import { splitSlices } from '../patch-slices.js';

const thread = workerModule<typeof import('./network.worker.js')>(
  new URL('./network.worker.js', import.meta.url),
);

/** Patches in one pass of the network: enough to go through the last layers' weights together. */
const PATCHES_A_PASS = 8;
const PASSES_A_THREAD = 2;

export function wasmEngine(workers: Workers, patchesAPass = PATCHES_A_PASS): Engine {
  return {
    device: { kind: 'cpu', name: 'CPU' }, // the same bits on every one
    lane: 'cpu',
    loadEncoder: (weights) =>
      Promise.resolve({
        batch: patchesAPass * PASSES_A_THREAD * workers.threads,
        run: async (slices, threads = workers) => {
          const passes = splitSlices(slices, patchesAPass);
          await Promise.all(passes.map((pass) => threads.run(thread, 'encode', weights, pass)));
        },
        dispose: onThreads,
      }),
    loadGraphNetwork: (weights) =>
      Promise.resolve({
        batch: workers.threads,
        run: async (graphs, threads = workers) => {
          await Promise.all(graphs.map((graph) => threads.run(thread, 'aggregate', weights, [graph])));
        },
        dispose: onThreads,
      }),
    dispose: onThreads,
  };
}

/** Networks end with the threads that built them. */
const onThreads = () => Promise.resolve();
