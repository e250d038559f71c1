/** A priority semaphore: so many permits, given to the lowest priority number that waits. Work for earlier scans overtakes that for later ones. */
import pLimit, { type LimitFunction } from 'p-limit';

interface Waiting {
  readonly priority: number;
  /** Never rejects: its work's failure goes to whoever asked for it. */
  readonly begin: (permit: number) => Promise<void>;
}

export class PrioritySemaphore {
  readonly #limit: LimitFunction;
  readonly #free: number[];
  readonly #waiting: Waiting[] = [];

  constructor(permits: number) {
    this.#limit = pLimit(permits);
    this.#free = Array.from({ length: permits }, (_, i) => permits - 1 - i);
  }

  /** Runs the work under a permit: the lowest `priority` first, equal ones as they came. @param work is told which permit, from 0 */
  run<T>(priority: number, work: (permit: number) => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const begin = (permit: number) =>
        Promise.resolve()
          .then(() => work(permit))
          .then(resolve, reject);
      const behind = this.#waiting.findLastIndex((other) => other.priority <= priority);
      this.#waiting.splice(behind + 1, 0, { priority, begin });
      void this.#limit(() => this.#beginFirst()); // whoever is first by then, not whoever asks now
    });
  }

  async #beginFirst(): Promise<void> {
    const { begin } = this.#waiting.shift()!;
    const permit = this.#free.pop()!;
    await begin(permit);
    this.#free.push(permit);
  }
}
