/** Runs batches as large as the device has memory for: one that did not fit is run again in halves, later ones are cut to that. */
import type { LungflowError } from '../../core/errors.js';
import type { Say } from '../engine.js';
import type { BatchBounds } from './backend.js';
import type { SharedExclusiveLock } from './shared-exclusive-lock.js';
import { deviceMemoryError, isDeviceMemoryError } from './memory-error.js';
import type { Unit } from './unit.js';

export interface FittingOptions<Item> extends BatchBounds {
  readonly unit: Unit<Item>;
  /** @throws resourceError `device-memory` when the device has too little for so many: nothing was written */
  readonly run: (items: readonly Item[], places: number) => Promise<void>;
  /** Of the device: what is run again holds it exclusively, so that others' memory does not count against it. */
  readonly lock: SharedExclusiveLock;
  /** Hears of a lower limit. */
  readonly say: Say | undefined;
}

/** What was not run, and how many were allowed in a batch then. */
interface Left<Item> {
  readonly items: readonly Item[];
  readonly limit: number;
}

export class FittingBatches<Item> {
  /** The most that are run at once. */
  limit: number;

  constructor(readonly options: FittingOptions<Item>) {
    this.limit = options.largestBatch;
  }

  /** @throws resourceError `device-memory` when not even one fits */
  async run(items: readonly Item[]): Promise<void> {
    const { lock } = this.options;
    const left = await lock.shared(() => this.#untilOneDoesNotFit(items));
    if (left) await lock.exclusive(() => this.#again(left));
  }

  async #untilOneDoesNotFit(items: readonly Item[]): Promise<Left<Item> | undefined> {
    const { limit } = this;
    const pieces = this.options.unit.split(items, limit);
    for (const [i, piece] of pieces.entries())
      if (await this.#refused(piece, limit)) return { items: pieces.slice(i).flat(), limit };
    return undefined;
  }

  async #again({ items, limit }: Left<Item>): Promise<void> {
    const { unit, say, filledUp } = this.options;
    const before = this.limit;
    const fitted = await this.#inHalves(items);
    if (fitted < before) {
      this.limit = fitted;
      const tooMany = filledUp ? before : Math.min(before, unit.count(items));
      say?.(
        `The device had too little memory for ${tooMany} ${unit.plural} at once: ${fitted} from here on.`,
      );
    } else if (before === limit && before > 1) {
      // Alone it fits: its company was too much, and no other batch has seen to that yet.
      this.limit = before >> 1;
      say?.(
        `The device had too little memory for several batches of ${before} ${unit.plural}: ${this.limit} from here on.`,
      );
    }
  }

  /** @returns how many at once did fit */
  async #inHalves(items: readonly Item[]): Promise<number> {
    const { unit, filledUp } = this.options;
    let { limit } = this;
    for (let left = items; unit.count(left) > 0;) {
      const [piece, ...others] = unit.split(left, limit);
      const refusal = await this.#refused(piece, limit);
      if (!refusal) {
        left = others.flat();
        continue;
      }
      const tooMany = filledUp ? limit : unit.count(piece);
      if (tooMany === 1) throw deviceMemoryError(refusal, `even one of the ${unit.plural}`);
      limit = tooMany >> 1;
    }
    return limit;
  }

  async #refused(items: readonly Item[], places: number): Promise<LungflowError | undefined> {
    try {
      await this.options.run(items, places);
      return undefined;
    } catch (thrown) {
      if (isDeviceMemoryError(thrown)) return thrown;
      throw thrown;
    }
  }
}
