/** How a run is watched. */
import type { RunEvent, StageStatistics } from '../../index.js';

/** How the running pipeline stands. */
export type Snapshot = () => readonly StageStatistics[];

export interface Progress {
  readonly listen: (event: RunEvent) => void;
  /** Statistics can be asked for from here on. */
  readonly ready: (statistics: Snapshot) => void;
  /** A line for the user that is not an event. */
  readonly say: (message: string) => void;
  readonly close: () => void;
}
