/** Worker threads (Piscina) that run exported functions of any module. Volumes travel as SharedArrayBuffers: no copies. */
import { SHARE_ENV } from 'node:worker_threads';
import { Piscina } from 'piscina';
import { interruptedError, LungflowError } from '../core/errors.js';
import type { SharedWorkers, WorkOwner } from '../core/shared-workers.js';
import type { Workers } from '../core/stage.js';
import { PrioritySemaphore } from '../core/priority-semaphore.js';
import { createCollection } from './collection.js';
import type { Reply, Request, ThreadData } from './entry.js';
import type { TaskObserver } from './task-observer.js';

export interface WorkerPool extends SharedWorkers {
  close(): Promise<void>;
}

export interface PoolOptions {
  /** When aborted, running kernels are terminated at once: they never poll. */
  readonly signal?: AbortSignal;
  readonly observer?: TaskObserver | undefined;
  /** That a thread has under way at once: more than one where they wait for something outside. */
  readonly tasksPerThread?: number;
}

export function createWorkerPool(
  threads: number,
  { signal, observer, tasksPerThread = 1 }: PoolOptions = {},
): WorkerPool {
  const collection = createCollection(threads);
  const pool = new Piscina({
    filename: new URL('./entry.js', import.meta.url).href,
    minThreads: threads,
    maxThreads: threads,
    idleTimeout: Infinity,
    concurrentTasksPerWorker: tasksPerThread,
    env: SHARE_ENV, // native libraries read the process's own
    atomics: 'async', // workers must keep their event loop for zlib and file reads
    workerData: { collectChannel: collection.channel } satisfies ThreadData,
  });
  pool.on('message', collection.answered);
  pool.on('workerCreate', collection.threadStarted);
  const semaphore = new PrioritySemaphore(threads * tasksPerThread); // Piscina's own queue knows no order
  let pending = 0;
  let closed = false;

  /** Without an owner: before all scans. */
  function workersFor(owner?: WorkOwner): Workers {
    let own = 0;
    const count = (by: 1 | -1) => {
      own += by;
      pending += by;
    };
    return {
      get threads() {
        return owner ? Math.max(1, threads - (pending - own)) : threads;
      },
      run: async (module, name, ...args) => {
        count(1);
        try {
          const request: Request = { url: module.url, name, args, timed: observer !== undefined };
          const { outcome, timing } = await semaphore.run(owner?.index ?? -1, () =>
            closed ? refused() : (pool.run(request, signal ? { signal } : {}) as Promise<Reply>),
          );
          if (timing) observer?.({ ...timing, module: fileName(module.url), name, sid: owner?.sid });
          if ('error' in outcome) throw new LungflowError(outcome.error, { cause: outcome.stack });
          return outcome.value as never;
        } finally {
          count(-1);
        }
      },
    };
  }

  return {
    ...workersFor(),
    threads,
    for: workersFor,
    collect: collection.ask,
    close: async () => {
      closed = true;
      collection.close();
      await pool.destroy();
    },
  };
}

/** Piscina would start a thread for it. */
const refused = () =>
  Promise.reject<Reply>(
    interruptedError(
      'threads-ended',
      'The worker threads have ended.',
      'Run the same command again: it resumes.',
    ),
  );

const fileName = (url: string): string => url.slice(url.lastIndexOf('/') + 1);
