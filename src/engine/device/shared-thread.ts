/** The thread of a device, which all engines on it share: it starts with the first and ends with the last. */
import { ACCELERATOR_PLACES } from '../../core/stage.js';
import { workerModule } from '../../core/worker-module.js';
import { createWorkerPool, type WorkerPool } from '../../workers/pool.js';
import type { BackendSource } from './backend.js';
import { Company } from './company.js';

export const thread = workerModule<typeof import('./device.worker.js')>(
  new URL('./device.worker.js', import.meta.url),
);

export interface SharedThread {
  readonly pool: WorkerPool;
  readonly company: Company;
  /** Once for each that joined. */
  readonly leave: () => Promise<void>;
}

const open = new Map<string, { readonly pool: WorkerPool; readonly company: Company; users: number }>();

export function joinThread(source: BackendSource): SharedThread {
  const key = JSON.stringify(source);
  const shared = open.get(key) ?? {
    pool: createWorkerPool(1, { tasksPerThread: ACCELERATOR_PLACES }),
    company: new Company(),
    users: 0,
  };
  open.set(key, shared);
  shared.users += 1;
  const { pool, company } = shared;
  return {
    pool,
    company,
    leave: async () => {
      shared.users -= 1;
      if (shared.users > 0) return;
      open.delete(key);
      try {
        await company.alone(() => pool.run(thread, 'close'));
      } finally {
        await pool.close();
      }
    },
  };
}
