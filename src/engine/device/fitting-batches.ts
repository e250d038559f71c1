/** Runs batches as large as the device has memory for: one that did not fit is run again in halves, later ones are cut to that. */
import type { Company } from './company.js';
import { deviceMemoryError, isDeviceMemoryError } from './memory-error.js';
import type { Unit } from './unit.js';

export interface FittingOptions<Item> {
  readonly unit: Unit<Item>;
  /** @throws resourceError `device-memory` when the device has too little for so many: nothing was written */
  readonly run: (items: readonly Item[]) => Promise<void>;
  /** On the device: what is run again is run alone, so that others' memory does not count against it. */
  readonly company: Company;
  /** Hears of a lower limit. */
  readonly say: ((message: string) => void) | undefined;
}

export class FittingBatches<Item> {
  constructor(
    readonly options: FittingOptions<Item>,
    /** The most that are run at once. */
    public limit: number,
  ) {}

  /** @throws resourceError `device-memory` when not even one fits */
  async run(items: readonly Item[]): Promise<void> {
    const { company } = this.options;
    const left = await company.beside(() => this.#untilOneDoesNotFit(items));
    if (left) await company.alone(() => this.#again(left.items, left.limit));
  }

  /** @returns what was not run, and how many were too many */
  async #untilOneDoesNotFit(
    items: readonly Item[],
  ): Promise<{ readonly items: readonly Item[]; readonly limit: number } | undefined> {
    const { unit, run } = this.options;
    const { limit } = this;
    const pieces = unit.split(items, limit);
    for (const [i, piece] of pieces.entries())
      try {
        await run(piece);
      } catch (thrown) {
        if (!isDeviceMemoryError(thrown)) throw thrown;
        return { items: pieces.slice(i).flat(), limit };
      }
    return undefined;
  }

  async #again(items: readonly Item[], tooMany: number): Promise<void> {
    const { unit, say } = this.options;
    const before = this.limit;
    this.#lower(tooMany);
    try {
      await this.#alone(items);
    } finally {
      if (this.limit < before)
        say?.(
          `The device had too little memory for ${tooMany} ${unit.plural} at once: ${this.limit} from here on.`,
        );
    }
  }

  async #alone(items: readonly Item[]): Promise<void> {
    const { unit, run } = this.options;
    for (const piece of unit.split(items, this.limit))
      try {
        await run(piece);
      } catch (thrown) {
        if (!isDeviceMemoryError(thrown)) throw thrown;
        const count = unit.count(piece);
        if (count === 1) throw deviceMemoryError(thrown, `even one of the ${unit.plural}`);
        this.#lower(count);
        await this.#alone(piece);
      }
  }

  /** Of several batches that failed at once, each asks for the same. */
  #lower(tooMany: number): void {
    this.limit = Math.min(this.limit, Math.max(1, tooMany >> 1));
  }
}
