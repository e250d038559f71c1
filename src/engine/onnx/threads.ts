/**
 * A model on the CPU: as many sessions as threads, with one thread each. ONNX Runtime divides the work of a session by its number
 * of threads, and rounds otherwise where the parts meet: so an item's bits depend neither on that nor on what is beside it.
 */
import { workerModule } from '../../core/worker-module.js';
import { createWorkerPool } from '../../workers/pool.js';
import type { Session } from './session.js';
import type { SessionSource } from './session.worker.js';

const thread = workerModule<typeof import('./session.worker.js')>(
  new URL('./session.worker.js', import.meta.url),
);

/** @param first of the same source: it says what goes in and out, and is closed */
export async function onThreads(first: Session, source: SessionSource, threads: number): Promise<Session> {
  const { inputs, outputs } = first;
  await first.close();
  const pool = createWorkerPool(threads);
  return {
    inputs,
    outputs,
    run: (values) => pool.run(thread, 'run', source, values),
    close: () => pool.close(),
  };
}
