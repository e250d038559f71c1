/** A job under way: its events to iterate over, its report to wait for. */

export interface Job<E, R> extends AsyncIterable<E>, PromiseLike<R> {}

/** What the work of a job is given. */
export interface JobContext<E> {
  readonly emit: (event: E) => void;
  /** Aborted by the caller's signal, or when whoever iterates leaves before the end. */
  readonly signal: AbortSignal;
}

/**
 * Begins at once. Events are heard from when one begins to iterate: none is kept for nobody. The iteration ends when the job
 * does, and throws what the job throws; to leave it early stops the job, and waits until it has stopped.
 */
export function startJob<E, R>(
  work: (context: JobContext<E>) => Promise<R>,
  stopWhen: AbortSignal | undefined,
): Job<E, R> {
  const left = new AbortController();
  const signal = AbortSignal.any([left.signal, ...(stopWhen ? [stopWhen] : [])]);
  const listeners = new Set<(event: E) => void>();
  const emit = (event: E) => listeners.forEach((hear) => hear(event));
  let over = false;
  // Not in this turn: a caller that iterates right away misses nothing.
  const result = Promise.resolve()
    .then(() => work({ emit, signal }))
    .finally(() => (over = true));
  result.catch(() => undefined); // whoever waits for it, or iterates, is told

  function listen(): AsyncGenerator<E, void, void> {
    const heard: E[] = [];
    let wake = () => {};
    const hear = (event: E) => {
      heard.push(event);
      wake();
    };
    listeners.add(hear);
    result.then(
      () => wake(),
      () => wake(),
    );
    return follow();

    async function* follow() {
      try {
        while (!over || heard.length > 0) {
          yield* heard.splice(0);
          if (!over && heard.length === 0) await new Promise<void>((resolve) => (wake = resolve));
        }
        await result;
      } finally {
        listeners.delete(hear);
        if (!over) {
          left.abort();
          await result.catch(() => undefined);
        }
      }
    }
  }

  return { [Symbol.asyncIterator]: listen, then: (...args) => result.then(...args) };
}
