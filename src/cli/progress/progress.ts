/** How a run is watched. */
import type { RunEvent, Snapshot } from '../../runtime/events.js';

export interface Progress {
  readonly listen: (event: RunEvent) => void;
  /** Statistics can be asked for from here on. */
  readonly ready: (snapshot: Snapshot) => void;
  /** A line for the user that is not an event. */
  readonly say: (message: string) => void;
  readonly close: () => void;
}
