/** Reads Parquet files in a thread, one order at a time: a file that ends the thread is damaged, and the next has another. */
import { Worker } from 'node:worker_threads';
import type { Answer, Order } from './parquet-reader.worker.js';

/** A row group has at most tens of megabytes. */
const LIMIT_MS = 60_000;

let thread: Worker | undefined;
let turn: Promise<unknown> = Promise.resolve();

/** @throws Error when the file is damaged, or takes longer than any file does */
export function askParquet(order: Order): Promise<Answer> {
  const answer = turn.then(() => ask(order));
  turn = answer.catch(() => undefined);
  return answer;
}

function ask(order: Order): Promise<Answer> {
  const worker = (thread ??= start());
  worker.ref();
  return new Promise<Answer>((resolve, reject) => {
    const end = (error: Error) => {
      thread = undefined;
      void worker.terminate();
      settle(() => reject(error));
    };
    const hear = (said: Answer | { readonly error: string }) =>
      settle(() => ('error' in said ? reject(new Error(said.error)) : resolve(said)));
    const exit = () => end(new Error('the reader ended'));
    const timer = setTimeout(() => end(new Error('the reader did not come to an end')), LIMIT_MS);
    const settle = (how: () => void) => {
      clearTimeout(timer);
      worker.off('message', hear).off('error', end).off('exit', exit);
      worker.unref(); // idle, it keeps no process alive
      how();
    };
    worker.once('message', hear).once('error', end).once('exit', exit);
    worker.postMessage(order);
  });
}

function start(): Worker {
  // What the library says as it dies is of no use to anybody.
  const worker = new Worker(new URL('./parquet-reader.worker.js', import.meta.url), {
    stdout: true,
    stderr: true,
  });
  worker.on('error', () => undefined); // also after it was told to end
  return worker;
}
