/** Seconds of work that overlaps, each counted once: those running at a moment share it equally. */

export class SharedClock {
  /** What one piece of work that ran from the beginning would have been given. */
  #given = 0;
  #running = 0;
  #since = 0;

  constructor(readonly now: () => number = () => performance.now() / 1000) {}

  /** @returns a function that ends the work and tells its seconds */
  start(): () => number {
    this.#advance();
    this.#running += 1;
    const before = this.#given;
    return () => {
      this.#advance();
      this.#running -= 1;
      return this.#given - before;
    };
  }

  #advance(): void {
    const now = this.now();
    if (this.#running > 0) this.#given += (now - this.#since) / this.#running;
    this.#since = now;
  }
}
