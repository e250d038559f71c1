/** Asks all threads of a pool for a garbage collection, and knows when all have had theirs. */
import { randomUUID } from 'node:crypto';
import { BroadcastChannel } from 'node:worker_threads';
import type { Collected } from './entry.js';

export interface Collection {
  /** Name of the broadcast channel that the threads listen to. */
  readonly channel: string;
  /** Resolves when each thread has collected since. */
  readonly ask: () => Promise<void>;
  readonly answered: (message: Collected) => void;
  readonly close: () => void;
}

interface Asked {
  readonly number: number;
  readonly answeredBy: Set<number>;
  readonly done: () => void;
}

export function createCollection(threads: number): Collection {
  const name = randomUUID();
  const channel = new BroadcastChannel(name);
  channel.unref();
  let last = 0;
  let open: Asked[] = [];
  return {
    channel: name,
    ask: () =>
      new Promise((done) => {
        open.push({ number: ++last, answeredBy: new Set(), done });
        channel.ref(); // idle threads do not keep the process alive
        channel.postMessage(last);
      }),
    answered({ collected, thread }) {
      // An answer holds for all earlier questions too: of a thread that has ended there will be none.
      for (const asked of open.filter(({ number }) => number <= collected)) asked.answeredBy.add(thread);
      const complete = (asked: Asked) => asked.answeredBy.size >= threads;
      open.filter(complete).forEach(({ done }) => done());
      open = open.filter((asked) => !complete(asked));
      if (open.length === 0) channel.unref();
    },
    close: () => channel.close(),
  };
}
