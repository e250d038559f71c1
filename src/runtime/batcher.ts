/** Gathers units of work across scans into batches, and hands each scan its results when its last unit is done. */
import type { SharedWorkers, WorkOwner } from '../core/shared-workers.js';
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
  /** Runs a batch when the lane is free. */
  readonly lane: (owner: WorkOwner, work: () => Promise<void>) => Promise<void>;
  readonly onBatch: (units: number) => void;
}

export class Batcher {
  readonly #open: Order[] = [];
  readonly #clock: SharedClock;
  #timer: NodeJS.Timeout | undefined;

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
      this.#open.push({
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
      this.#cutFullBatches();
    });
  }

  #cutFullBatches(): void {
    while (this.#pending() >= this.batch.size) this.#send(this.batch.size);
    if (this.#pending() > 0) this.#timer ??= setTimeout(() => this.#send(this.#pending()), this.batch.waitMs);
  }

  #pending(): number {
    return this.#open.reduce((sum, { units, taken }) => sum + units - taken, 0);
  }

  #send(count: number): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (count === 0) return; // all that waited has failed meanwhile
    const parts: Part[] = [];
    for (let left = count; left > 0;) {
      const order = this.#open[0];
      const from = order.taken;
      const to = Math.min(order.units, from + left);
      parts.push({ order, slice: { inputs: order.inputs, state: order.state, from, to } });
      order.taken = to;
      left -= to - from;
      if (order.taken === order.units) this.#open.shift();
    }
    void this.hooks.lane(ownerOf(parts), () => this.#run(parts));
  }

  async #run(cut: readonly Part[]): Promise<void> {
    const parts = cut.filter(({ order }) => !order.failed);
    if (parts.length === 0) return;
    const units = parts.reduce((sum, { slice }) => sum + slice.to - slice.from, 0);
    for (const { order, slice } of parts) if (slice.from === 0) order.onStart();
    const stopClock = this.#clock.start();
    try {
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

const ownerOf = (parts: readonly Part[]): WorkOwner => ({
  sid: parts.map(({ order }) => order.owner.sid).join(' '),
  index: Math.min(...parts.map(({ order }) => order.owner.index)),
});
