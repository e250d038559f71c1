/** A limited number of places, given to whoever comes first in order: work for earlier scans overtakes that for later ones. */

interface Waiting {
  readonly order: number;
  readonly enter: (place: number) => void;
}

export class Turns {
  readonly #free: number[];
  readonly #waiting: Waiting[] = [];

  constructor(places: number) {
    this.#free = Array.from({ length: places }, (_, i) => places - 1 - i);
  }

  /** Runs the work when a place is free: the lowest `order` first, equal ones as they came. */
  async take<T>(order: number, work: (place: number) => Promise<T>): Promise<T> {
    const place = this.#free.pop() ?? (await this.#wait(order));
    try {
      return await work(place);
    } finally {
      const next = this.#waiting.shift();
      if (next) next.enter(place);
      else this.#free.push(place);
    }
  }

  #wait(order: number): Promise<number> {
    return new Promise((enter) => {
      const behind = this.#waiting.findLastIndex((other) => other.order <= order);
      this.#waiting.splice(behind + 1, 0, { order, enter });
    });
  }
}
