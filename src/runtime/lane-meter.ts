/** How busy a lane was: at all, and how many of its places. */
import type { Lane } from '../core/stage.js';

/** What a run made of a lane. */
export interface LaneStatistics {
  readonly lane: Lane;
  /** Pieces of work that it may have at once. */
  readonly places: number;
  /** Seconds with at least one piece of work. */
  readonly busySeconds: number;
  /** The same as a part of the run, 0 to 1. */
  readonly busyShare: number;
  /** Places in use, on average over the run. */
  readonly meanPlaces: number;
}

export class LaneMeter {
  #inUse = 0;
  #seconds = { all: 0, busy: 0, places: 0 };
  #since: number;
  #ended = false;

  constructor(
    readonly lane: Lane,
    readonly places: number,
    readonly now: () => number = () => performance.now() / 1000,
  ) {
    this.#since = now();
  }

  enter(): void {
    this.#advance();
    this.#inUse += 1;
  }

  leave(): void {
    this.#advance();
    this.#inUse -= 1;
  }

  /** The run is over: the clock stops. */
  end(): void {
    this.#advance();
    this.#ended = true;
  }

  snapshot(): LaneStatistics {
    this.#advance();
    const { all, busy, places } = this.#seconds;
    return {
      lane: this.lane,
      places: this.places,
      busySeconds: busy,
      busyShare: all > 0 ? busy / all : 0,
      meanPlaces: all > 0 ? places / all : 0,
    };
  }

  #advance(): void {
    const now = this.now();
    const passed = this.#ended ? 0 : now - this.#since;
    this.#since = now;
    this.#seconds.all += passed;
    this.#seconds.places += passed * this.#inUse;
    if (this.#inUse > 0) this.#seconds.busy += passed;
  }
}
