/** Asks all threads of a pool for a garbage collection, and knows when all have had theirs. */
import { randomUUID } from 'node:crypto';
import { BroadcastChannel } from 'node:worker_threads';
import type { Collected } from './entry.js';

export interface Collection {
  /** Name of the broadcast channel that the threads listen to. */
  readonly channel: string;
  /** Resolves when each thread has collected since; at once when there are none any more. */
  readonly ask: () => Promise<void>;
  /** A thread listens from now on, perhaps in place of one that ended without an answer. */
  readonly threadStarted: () => void;
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
  let closed = false;
  return {
    channel: name,
    ask: () =>
      new Promise((done) => {
        if (closed) return done();
        open.push({ number: ++last, answeredBy: new Set(), done });
        channel.ref(); // idle threads do not keep the process alive
        channel.postMessage(last);
      }),
    threadStarted() {
      if (open.length > 0) channel.postMessage(last);
    },
    answered({ collected, thread }) {
      // An answer holds for all earlier questions too: of a thread that has ended there will be none.
      for (const asked of open.filter(({ number }) => number <= collected)) asked.answeredBy.add(thread);
      const complete = (asked: Asked) => asked.answeredBy.size >= threads;
      open.filter(complete).forEach(({ done }) => done());
      open = open.filter((asked) => !complete(asked));
      if (open.length === 0) channel.unref();
    },
    close() {
      closed = true;
      open.forEach(({ done }) => done());
      open = [];
      channel.close();
    },
  };
}
