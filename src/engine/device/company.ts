/** Work on a device that may run beside other work, and work that must be alone there. */

export class Company {
  readonly #inFlight = new Set<Promise<unknown>>();
  /** How many run alone or wait to, one after the other, and when the last of them will have ended. */
  #loners = 0;
  #lastLoner: Promise<void> = Promise.resolve();

  /** Begins when nothing runs alone, or waits to. */
  async beside<T>(work: () => Promise<T>): Promise<T> {
    while (this.#loners > 0) await this.#lastLoner;
    const done = work();
    this.#inFlight.add(done);
    try {
      return await done;
    } finally {
      this.#inFlight.delete(done);
    }
  }

  /** Begins when nothing else is in flight; what comes later waits. */
  alone<T>(work: () => Promise<T>): Promise<T> {
    this.#loners += 1;
    const done = this.#lastLoner.then(() => Promise.allSettled(this.#inFlight)).then(work);
    const ended = () => void (this.#loners -= 1);
    this.#lastLoner = done.then(ended, ended);
    return done;
  }
}
