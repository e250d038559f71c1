/** A shared/exclusive lock: shared work overlaps, exclusive work has the device for itself. Exclusive work that waits goes first. */

export class SharedExclusiveLock {
  readonly #inFlight = new Set<Promise<unknown>>();
  /** Exclusive work that runs or waits, one after the other, and when the last of it will have ended. */
  #exclusives = 0;
  #lastExclusive: Promise<void> = Promise.resolve();

  /** Begins when no exclusive work runs, or waits to. */
  async shared<T>(work: () => Promise<T>): Promise<T> {
    while (this.#exclusives > 0) await this.#lastExclusive;
    const done = work();
    this.#inFlight.add(done);
    try {
      return await done;
    } finally {
      this.#inFlight.delete(done);
    }
  }

  /** Begins when nothing else is in flight; what comes later waits. */
  exclusive<T>(work: () => Promise<T>): Promise<T> {
    this.#exclusives += 1;
    const done = this.#lastExclusive.then(() => Promise.allSettled(this.#inFlight)).then(work);
    const ended = () => void (this.#exclusives -= 1);
    this.#lastExclusive = done.then(ended, ended);
    return done;
  }
}
