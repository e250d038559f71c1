/** Runs on a worker thread: imports the module it is told, calls the function, answers with the value or a typed error. */
import { BroadcastChannel, parentPort, threadId, workerData } from 'node:worker_threads';
import { sharedNowMs } from '../core/clock.js';
import { toLungflowError, type ErrorFields } from '../core/errors.js';
import { collectGarbage } from '../core/garbage.js';
import type { TaskTiming } from './task-observer.js';

/** Given to each thread when it starts. */
export interface ThreadData {
  /** Name of the broadcast channel on which the pool asks for a garbage collection, by a number that rises. */
  readonly collectChannel: string;
}

export interface Request {
  readonly url: string;
  readonly name: string;
  readonly args: readonly unknown[];
  readonly timed: boolean;
}

export type Outcome =
  { readonly value: unknown } | { readonly error: ErrorFields; readonly stack: string | undefined };

export interface Reply {
  readonly outcome: Outcome;
  readonly timing?: TaskTiming;
}

/** A thread has collected what was garbage when the collection of this number was asked for. */
export interface Collected {
  readonly collected: number;
  readonly thread: number;
}

const channel = new BroadcastChannel((workerData as ThreadData).collectChannel);
channel.onmessage = (message) => {
  collectGarbage();
  const { data: collected } = message as { data: number };
  parentPort!.postMessage({ collected, thread: threadId } satisfies Collected);
};
channel.unref();

export default async function answer({ timed, ...call }: Request): Promise<Reply> {
  if (!timed) return { outcome: await outcomeOf(call) };
  const startMs = sharedNowMs();
  const outcome = await outcomeOf(call);
  return { outcome, timing: { thread: threadId, startMs, endMs: sharedNowMs() } };
}

async function outcomeOf({ url, name, args }: Omit<Request, 'timed'>): Promise<Outcome> {
  try {
    const module = (await import(url)) as Record<string, (...args: readonly unknown[]) => unknown>;
    return { value: await module[name](...args) };
  } catch (thrown) {
    const error = toLungflowError(thrown);
    return { error: error.toFields(), stack: thrown instanceof Error ? thrown.stack : undefined };
  }
}
