/** Who watches a run more closely than its events tell, a trace for one. */
import type { Lane } from '../core/stage.js';

/** A piece of a stage's work that has ended: a scan, or a batch of units of several. */
export interface LaneWork {
  readonly lane: Lane;
  /** Which of the lane's places it held. */
  readonly slot: number;
  readonly stage: string;
  readonly sid: string;
  /** By `sharedNowMs`. */
  readonly startMs: number;
  readonly endMs: number;
}

export interface RunObserver {
  readonly laneWork: (work: LaneWork) => void;
  /** Bytes that the scans in flight have reserved, whenever they change. */
  readonly reserved: (bytes: number) => void;
}
