/** What a stage did with its time: working, starved (nothing to do) or held back (work done or ready, but no way on). */

export interface StageStatistics {
  readonly stage: string;
  readonly lane: string;
  /** Scans that went through, failed ones not counted. */
  readonly items: number;
  readonly failed: number;
  /** Seconds with at least one scan being worked on. */
  readonly workingSeconds: number;
  /** Seconds idle for want of input. */
  readonly starvedSeconds: number;
  /** Seconds idle while scans waited here: for a lane, for memory, or for the next stage to take them. */
  readonly heldBackSeconds: number;
  /**
   * Sum over scans of the seconds spent on each, the scan's `seconds_<stage>`. Where a stage takes scans one by one, those are from
   * its beginning to its end: scans worked on together count each for itself. Where it batches, each moment with a
   * batch at work counts once: batches that run at once share it equally, and so do the units of a batch. Their sum
   * is then never more than `workingSeconds`.
   */
  readonly itemSeconds: number;
  /** The most bytes that scans resident at this stage held at once. */
  readonly peakBytesHeld: number;
  /** Now: scans waiting for a lane, being worked on, and done but not taken yet. */
  readonly queued: number;
  readonly active: number;
  readonly waiting: number;
  readonly bytesHeld: number;
  /** Batching stages: batches run and units in them. */
  readonly batches: number;
  readonly units: number;
}

export class StageMeter {
  #seconds = { working: 0, starved: 0, heldBack: 0, items: 0 };
  #counts = { items: 0, failed: 0, queued: 0, active: 0, waiting: 0, batches: 0, units: 0 };
  #bytes = 0;
  #peakBytes = 0;
  #since: number;
  #ended = false;

  constructor(
    readonly stage: string,
    readonly lane: string,
    readonly now: () => number = () => performance.now() / 1000,
  ) {
    this.#since = now();
  }

  /** A scan arrives and waits for its lane. */
  arrive(bytes: number): void {
    this.#change(() => (this.#counts.queued += 1));
    this.hold(bytes);
  }

  start(): void {
    this.#change(() => {
      this.#counts.queued -= 1;
      this.#counts.active += 1;
    });
  }

  finish(seconds: number, ok: boolean): void {
    this.#change(() => {
      this.#counts.active -= 1;
      this.#counts.waiting += 1;
      this.#counts[ok ? 'items' : 'failed'] += 1;
      this.#seconds.items += seconds;
    });
  }

  /** The next stage has taken the scan. */
  leave(bytes: number): void {
    this.#change(() => (this.#counts.waiting -= 1));
    this.hold(-bytes);
  }

  /** Bytes resident here change by `delta`. */
  hold(delta: number): void {
    this.#bytes += delta;
    this.#peakBytes = Math.max(this.#peakBytes, this.#bytes);
  }

  batch(units: number): void {
    this.#counts.batches += 1;
    this.#counts.units += units;
  }

  /** The run is over: the clock stops. */
  end(): void {
    this.#change(() => (this.#ended = true));
  }

  snapshot(): StageStatistics {
    this.#change(() => undefined);
    const { working, starved, heldBack, items } = this.#seconds;
    return {
      stage: this.stage,
      lane: this.lane,
      ...this.#counts,
      workingSeconds: working,
      starvedSeconds: starved,
      heldBackSeconds: heldBack,
      itemSeconds: items,
      bytesHeld: this.#bytes,
      peakBytesHeld: this.#peakBytes,
    };
  }

  #change(apply: () => void): void {
    const now = this.now();
    if (!this.#ended) {
      const { active, queued, waiting } = this.#counts;
      const state = active > 0 ? 'working' : queued + waiting > 0 ? 'heldBack' : 'starved';
      this.#seconds[state] += now - this.#since;
    }
    this.#since = now;
    apply();
  }
}
