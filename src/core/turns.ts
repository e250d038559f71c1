/** A limited number of places, given to whoever comes first in order: work for earlier scans overtakes that for later ones. */
import pLimit, { type LimitFunction } from 'p-limit';

interface Waiting {
  readonly order: number;
  /** Never rejects: its work's failure goes to whoever asked for it. */
  readonly begin: (place: number) => Promise<void>;
}

export class Turns {
  readonly #limit: LimitFunction;
  readonly #free: number[];
  readonly #waiting: Waiting[] = [];

  constructor(places: number) {
    this.#limit = pLimit(places);
    this.#free = Array.from({ length: places }, (_, i) => places - 1 - i);
  }

  /** Runs the work when a place is free: the lowest `order` first, equal ones as they came. */
  take<T>(order: number, work: (place: number) => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const begin = (place: number) =>
        Promise.resolve()
          .then(() => work(place))
          .then(resolve, reject);
      const behind = this.#waiting.findLastIndex((other) => other.order <= order);
      this.#waiting.splice(behind + 1, 0, { order, begin });
      void this.#limit(() => this.#beginFirst()); // whoever is first by then, not whoever asks now
    });
  }

  async #beginFirst(): Promise<void> {
    const { begin } = this.#waiting.shift()!;
    const place = this.#free.pop()!;
    await begin(place);
    this.#free.push(place);
  }
}
