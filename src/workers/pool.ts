/** Worker threads (Piscina) that run exported functions of any module. Volumes travel as SharedArrayBuffers: no copies. */
import { Piscina } from 'piscina';
import { LungflowError } from '../core/errors.js';
import type { Workers } from '../core/stage.js';
import type { Reply, Request } from './entry.js';

export interface WorkerPool extends Workers {
  close(): Promise<void>;
}

/** @param signal when aborted, running kernels are terminated at once: they never poll. */
export function createWorkerPool(threads: number, signal?: AbortSignal): WorkerPool {
  const pool = new Piscina({
    filename: new URL('./entry.js', import.meta.url).href,
    minThreads: threads,
    maxThreads: threads,
    idleTimeout: Infinity,
    concurrentTasksPerWorker: 1,
    atomics: 'async', // workers must keep their event loop for zlib and file reads
  });
  return {
    threads,
    run: async (module, name, ...args) => {
      const request: Request = { url: module.url, name, args };
      const reply = (await pool.run(request, signal ? { signal } : {})) as Reply;
      if ('error' in reply) throw new LungflowError(reply.error, { cause: reply.stack });
      return reply.value as never;
    },
    close: () => pool.destroy(),
  };
}
