/** Who watches the worker threads, a trace for one, hears of each task when it has ended. */

/** Measured on the thread, by `sharedNowMs`. */
export interface TaskTiming {
  readonly thread: number;
  readonly startMs: number;
  readonly endMs: number;
}

export interface FinishedTask extends TaskTiming {
  /** The module's file, without its directory. */
  readonly module: string;
  readonly name: string;
  readonly sid: string | undefined;
}

export type TaskObserver = (task: FinishedTask) => void;
