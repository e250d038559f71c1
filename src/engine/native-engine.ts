/** TensorFlow through tfjs-node or tfjs-node-gpu, on a thread of its own: its calls block, and it loads once a process. */
import { workerModule } from '../core/worker-module.js';
import { createWorkerPool, type WorkerPool } from '../workers/pool.js';
import type { Engine } from './engine.js';
import type { BackendSource } from './tensor.worker.js';

const thread = workerModule<typeof import('./tensor.worker.js')>(
  new URL('./tensor.worker.js', import.meta.url),
);

export interface NativePackage {
  readonly name: 'node-gpu' | 'node';
  /** Of the package's main module. */
  readonly url: string;
}

const PATCH_BATCH = { gpu: 128, cpu: 16 };

/** Stages share one thread: TensorFlow's binding does not load twice in a process. */
const open = new Map<string, { readonly pool: WorkerPool; users: number }>();

/** @throws LungflowError when the package cannot be loaded */
export async function nativeEngine({ name, url }: NativePackage, reason: string): Promise<Engine> {
  const source: BackendSource = { kind: 'native', url };
  const shared = open.get(url) ?? { pool: createWorkerPool(1), users: 0 };
  open.set(url, shared);
  shared.users += 1;
  const dispose = async () => {
    shared.users -= 1;
    if (shared.users > 0) return;
    open.delete(url);
    await shared.pool.close();
  };
  const { pool } = shared;
  try {
    const device = await pool.run(thread, 'start', source);
    return {
      name,
      device,
      reason,
      lane: device,
      patchBatch: PATCH_BATCH[device],
      encode: (weights, slices) => pool.run(thread, 'encode', source, weights, slices),
      aggregate: (weights, graphs) => pool.run(thread, 'aggregate', source, weights, graphs),
      dispose,
    };
  } catch (thrown) {
    await dispose();
    throw thrown;
  }
}
