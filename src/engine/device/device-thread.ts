/** The thread of a device, shared by all engines on it and counted by reference: it starts with the first and ends with the last. */
import { ACCELERATOR_PLACES } from '../../core/stage.js';
import { workerModule } from '../../core/worker-module.js';
import { createWorkerPool, type WorkerPool } from '../../workers/pool.js';
import type { BackendSource } from './backend.js';
import { SharedExclusiveLock } from './shared-exclusive-lock.js';

export const thread = workerModule<typeof import('./device.worker.js')>(
  new URL('./device.worker.js', import.meta.url),
);

interface DeviceThread {
  readonly pool: WorkerPool;
  /** Of the device. */
  readonly lock: SharedExclusiveLock;
}

export interface DeviceThreadReference extends DeviceThread {
  /** Once. */
  readonly release: () => Promise<void>;
}

const threads = new Map<string, DeviceThread & { references: number }>();

export function acquireDeviceThread(source: BackendSource): DeviceThreadReference {
  const key = JSON.stringify(source);
  const shared = threads.get(key) ?? {
    pool: createWorkerPool(1, { tasksPerThread: ACCELERATOR_PLACES }),
    lock: new SharedExclusiveLock(),
    references: 0,
  };
  threads.set(key, shared);
  shared.references += 1;
  const { pool, lock } = shared;
  return {
    pool,
    lock,
    release: async () => {
      shared.references -= 1;
      if (shared.references > 0) return;
      threads.delete(key);
      try {
        await lock.exclusive(() => pool.run(thread, 'close'));
      } finally {
        await pool.close();
      }
    },
  };
}
