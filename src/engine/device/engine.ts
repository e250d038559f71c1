/** An engine on a device, by a library that keeps a thread of its own busy: its calls may block. */
import { workerModule } from '../../core/worker-module.js';
import { createWorkerPool, type WorkerPool } from '../../workers/pool.js';
import type { Engine, EngineName, LoadedNetwork, PatchSlice } from '../engine.js';
import type { BackendSource } from './backend.js';
import type { LoadedNumber } from './device.worker.js';

const thread = workerModule<typeof import('./device.worker.js')>(
  new URL('./device.worker.js', import.meta.url),
);

/** While one batch computes, the next one's patches travel. */
const BATCHES_AT_ONCE = 2;

/** Stages share the thread of a device. */
const threads = new Map<string, { readonly pool: WorkerPool; users: number }>();

/** @throws LungflowError when the library cannot be loaded or finds no device */
export async function deviceEngine(name: EngineName, source: BackendSource, reason: string): Promise<Engine> {
  const { pool, leave } = joinThread(source);
  try {
    const device = await pool.run(thread, 'open', source);
    return {
      name,
      device,
      reason: device.passedOver ? `${reason}; ${device.passedOver}` : reason,
      lane: device.kind,
      loadEncoder: async (weights) => {
        const loaded = await pool.run(thread, 'loadEncoder', weights);
        return network(pool, loaded, (slices) => pool.run(thread, 'encode', loaded.network, slices));
      },
      ...(source.kind === 'onnx' && {
        loadModel: async (model) => {
          const loaded = await pool.run(thread, 'loadModel', model);
          const run = (slices: readonly PatchSlice[]) => pool.run(thread, 'encode', loaded.network, slices);
          return { ...network(pool, loaded, run), features: loaded.features, device: loaded.device };
        },
      }),
      loadGraphNetwork: async (weights) => {
        const loaded = await pool.run(thread, 'loadGraphNetwork', weights);
        return network(pool, loaded, (graphs) => pool.run(thread, 'aggregate', loaded.network, graphs));
      },
      dispose: leave,
    };
  } catch (thrown) {
    await leave();
    throw thrown;
  }
}

function joinThread(source: BackendSource): {
  readonly pool: WorkerPool;
  readonly leave: () => Promise<void>;
} {
  const key = JSON.stringify(source);
  const shared = threads.get(key) ?? {
    pool: createWorkerPool(1, { tasksPerThread: BATCHES_AT_ONCE }),
    users: 0,
  };
  threads.set(key, shared);
  shared.users += 1;
  const { pool } = shared;
  return {
    pool,
    leave: async () => {
      shared.users -= 1;
      if (shared.users > 0) return;
      threads.delete(key);
      try {
        await pool.run(thread, 'close');
      } finally {
        await pool.close();
      }
    },
  };
}

const network = <Item>(
  pool: WorkerPool,
  { network, largestBatch }: LoadedNumber,
  run: LoadedNetwork<Item>['run'],
): LoadedNetwork<Item> => ({
  batch: largestBatch,
  run,
  dispose: () => pool.run(thread, 'unload', network),
});
