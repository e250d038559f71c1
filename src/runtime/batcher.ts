/** Gathers units of work across scans into batches, and hands each scan its results when its last unit is done. */
import type { BatchStage, Slice, Workers } from '../core/stage.js';

type Batch = BatchStage<unknown, unknown, unknown>['batch'];

interface Order {
  readonly inputs: unknown;
  readonly state: unknown;
  readonly units: number;
  taken: number;
  done: number;
  seconds: number;
  /** Called when its first batch begins to run. */
  readonly onStart: () => void;
  readonly settle: { resolve: (value: Served) => void; reject: (reason: unknown) => void };
}

/** The scan's results, and its share of the time of the batches it was in. */
export interface Served {
  readonly state: unknown;
  readonly seconds: number;
}

export interface BatcherHooks {
  /** Runs a batch when the lane is free. */
  readonly lane: <T>(work: () => Promise<T>) => Promise<T>;
  readonly onBatch: (units: number) => void;
}

export class Batcher {
  readonly #open: Order[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(
    readonly batch: Batch,
    readonly workers: Workers,
    readonly signal: AbortSignal,
    readonly hooks: BatcherHooks,
  ) {}

  submit(inputs: unknown, onStart: () => void = () => undefined): Promise<Served> {
    const units = this.batch.units(inputs);
    const state = this.batch.begin(inputs);
    if (units === 0) return Promise.resolve({ state, seconds: 0 });
    return new Promise((resolve, reject) => {
      this.#open.push({
        inputs,
        state,
        units,
        taken: 0,
        done: 0,
        seconds: 0,
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
    const parts: { order: Order; slice: Slice<unknown, unknown> }[] = [];
    for (let left = count; left > 0;) {
      const order = this.#open[0];
      const from = order.taken;
      const to = Math.min(order.units, from + left);
      parts.push({ order, slice: { inputs: order.inputs, state: order.state, from, to } });
      order.taken = to;
      left -= to - from;
      if (order.taken === order.units) this.#open.shift();
    }
    void this.hooks.lane(() => this.#run(parts));
  }

  async #run(parts: readonly { order: Order; slice: Slice<unknown, unknown> }[]): Promise<void> {
    const units = parts.reduce((sum, { slice }) => sum + slice.to - slice.from, 0);
    for (const { order, slice } of parts) if (slice.from === 0) order.onStart();
    const started = performance.now();
    try {
      await this.batch.run(
        parts.map(({ slice }) => slice),
        this.workers,
        this.signal,
      );
    } catch (reason) {
      // A batch that fails is run again scan by scan, so that only the guilty one suffers.
      if (parts.length > 1 && !this.signal.aborted) for (const part of parts) await this.#run([part]);
      else for (const { order } of parts) order.settle.reject(reason);
      return;
    }
    const seconds = (performance.now() - started) / 1000;
    this.hooks.onBatch(units);
    for (const { order, slice } of parts) {
      const share = slice.to - slice.from;
      order.done += share;
      order.seconds += (seconds * share) / units;
      if (order.done === order.units) order.settle.resolve({ state: order.state, seconds: order.seconds });
    }
  }
}
