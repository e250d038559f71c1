/** The worker threads as the runtime sees them: shared among scans. */
import type { Workers } from './stage.js';

/** For whom work is done: that for earlier scans goes first, and a trace names them. */
export interface WorkOwner {
  /** Of several scans in one batch, joined by spaces. */
  readonly sid: string;
  /** Position in the manifest; of several scans, the first. */
  readonly index: number;
}

export interface SharedWorkers extends Workers {
  /** The same threads, at work for these scans. What is run without an owner goes before them all. */
  for(owner: WorkOwner): Workers;
  /** Makes each thread let go of what nobody refers to, as soon as its task leaves it time; resolves when all have. */
  collect(): Promise<void>;
}
