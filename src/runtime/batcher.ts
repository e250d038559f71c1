/** Gathers units of work across scans into batches, and hands each scan its results when its last unit is done. */
import type { SharedWorkers, WorkOwner } from '../core/shared-workers.js';
import { itemAt } from '../core/item-at.js';
import type { BatchStage, Slice } from '../core/stage.js';
import { SharedClock } from './shared-clock.js';

type Batch = BatchStage<unknown, unknown, unknown>['batch'];

interface Order {
  readonly owner: WorkOwner;
  readonly inputs: unknown;
  readonly state: unknown;
  readonly units: number;
  taken: number;
  done: number;
  seconds: number;
  failed: boolean;
  /** Called when its first batch begins to run. */
  readonly onStart: () => void;
  readonly settle: { resolve: (value: Served) => void; reject: (reason: unknown) => void };
}

/** One scan's part of a batch. */
interface Part {
  readonly order: Order;
  readonly slice: Slice<unknown, unknown>;
}

/** The scan's results, and its share of the time of the batches it was in: see `StageStatistics.itemSeconds`. */
export interface Served {
  readonly state: unknown;
  readonly seconds: number;
}

export interface BatcherHooks {
  /** Runs a batch when the lane is free; whose it is shows as it begins. */
  readonly lane: (owner: WorkOwner, work: () => Promise<void>) => Promise<void>;
  readonly onBatch: (units: number) => void;
}

/** A batch is cut when its lane is free for it: until then it gathers more. */
export class Batcher {
  /** Earlier scans first. */
  readonly #open: Order[] = [];
  /** Turns of the lane asked for, their batches not cut yet. */
  #asked = 0;
  readonly #clock: SharedClock;
  #waits = false;

  constructor(
    readonly batch: Batch,
    readonly workers: SharedWorkers,
    readonly signal: AbortSignal,
    readonly hooks: BatcherHooks,
    now?: () => number,
  ) {
    this.#clock = new SharedClock(now);
  }

  submit(owner: WorkOwner, inputs: unknown, onStart: () => void = () => undefined): Promise<Served> {
    const units = this.batch.units(inputs);
    const state = this.batch.begin(inputs);
    if (units === 0) return Promise.resolve({ state, seconds: 0 });
    return new Promise((resolve, reject) => {
      const behind = this.#open.findLastIndex((other) => other.owner.index <= owner.index);
      this.#open.splice(behind + 1, 0, {
        owner,
        inputs,
        state,
        units,
        taken: 0,
        done: 0,
        seconds: 0,
        failed: false,
        onStart,
        settle: { resolve, reject },
      });
      this.#askForTurns();
    });
  }

  /** At once for full batches, for the rest after the wait. */
  #askForTurns(): void {
    while (this.#unasked() >= this.batch.size) this.#askForTurn();
    if (this.#waits || this.#unasked() <= 0) return;
    this.#waits = true;
    setTimeout(() => {
      this.#waits = false;
      if (this.#unasked() > 0) this.#askForTurn();
    }, this.batch.waitMs);
  }

  #askForTurn(): void {
    let parts: readonly Part[] = [];
    const owner: WorkOwner = {
      index: itemAt(this.#open, 0).owner.index,
      get sid() {
        return sidsOf(parts);
      },
    };
    this.#asked += 1;
    void this.hooks.lane(owner, () => {
      this.#asked -= 1;
      parts = this.#cut();
      const done = this.#run(parts);
      this.#askForTurns(); // should full batches have become smaller meanwhile
      return done;
    });
  }

  /** Units for which no turn is asked for. */
  #unasked(): number {
    return this.#pending() - this.#asked * this.batch.size;
  }

  #pending(): number {
    return this.#open.reduce((sum, { units, taken }) => sum + units - taken, 0);
  }

  /** What waits, a full batch at most; nothing when all that waited has failed meanwhile. */
  #cut(): Part[] {
    const parts: Part[] = [];
    for (let left = this.batch.size; left > 0;) {
      const order = this.#open[0];
      if (!order) break;
      const from = order.taken;
      const to = Math.min(order.units, from + left);
      parts.push({ order, slice: { inputs: order.inputs, state: order.state, from, to } });
      order.taken = to;
      left -= to - from;
      if (order.taken === order.units) this.#open.shift();
    }
    return parts;
  }

  async #run(cut: readonly Part[]): Promise<void> {
    const parts = cut.filter(({ order }) => !order.failed);
    if (parts.length === 0) return;
    const units = parts.reduce((sum, { slice }) => sum + slice.to - slice.from, 0);
    for (const { order, slice } of parts) if (slice.from === 0) order.onStart();
    const stopClock = this.#clock.start();
    try {
      this.signal.throwIfAborted();
      await this.batch.run(
        parts.map(({ slice }) => slice),
        this.workers.for(ownerOf(parts)),
        this.signal,
      );
    } catch (reason) {
      stopClock();
      // A batch that fails is run again scan by scan, so that only the guilty one suffers.
      if (parts.length > 1 && !this.signal.aborted) for (const part of parts) await this.#run([part]);
      else for (const { order } of parts) this.#fail(order, reason);
      return;
    }
    const seconds = stopClock();
    this.hooks.onBatch(units);
    for (const { order, slice } of parts) {
      const share = slice.to - slice.from;
      order.done += share;
      order.seconds += (seconds * share) / units;
      if (order.done === order.units) order.settle.resolve({ state: order.state, seconds: order.seconds });
    }
  }

  /** Nothing more is done for it. */
  #fail(order: Order, reason: unknown): void {
    order.failed = true;
    const at = this.#open.indexOf(order);
    if (at >= 0) this.#open.splice(at, 1);
    order.settle.reject(reason);
  }
}

const sidsOf = (parts: readonly Part[]): string => parts.map(({ order }) => order.owner.sid).join(' ');

const ownerOf = (parts: readonly Part[]): WorkOwner => ({
  sid: sidsOf(parts),
  index: Math.min(...parts.map(({ order }) => order.owner.index)),
});
