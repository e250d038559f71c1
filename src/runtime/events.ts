/** What a run tells its audience: progress displays, logs and tests listen, nobody else. */
import type { LungflowError } from '../core/errors.js';
import type { StageStatistics } from './meter.js';

/** `start` and `end` enclose the scans; a `notice` may come at any time; a scan that failed has its `failure` in `scan-end`. */
export type RunEvent =
  | { readonly type: 'notice'; readonly message: string }
  | {
      readonly type: 'start';
      readonly total: number;
      readonly resumed: number;
      /** Of those that are left: how many are known to fail before any work. */
      readonly unavailable: number;
    }
  | { readonly type: 'scan-start'; readonly sid: string }
  | { readonly type: 'stage-start'; readonly sid: string; readonly stage: string }
  | { readonly type: 'stage-end'; readonly sid: string; readonly stage: string; readonly seconds: number }
  | {
      readonly type: 'scan-end';
      readonly sid: string;
      readonly flags: readonly string[];
      readonly failure?: LungflowError;
    }
  | { readonly type: 'end' };

export interface RunListener {
  (event: RunEvent): void;
}

/** Asks the running pipeline how it stands. */
export type Snapshot = () => readonly StageStatistics[];
