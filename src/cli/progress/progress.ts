/** Three ways to watch a run: a live picture on a terminal, plain lines in a log, JSON lines for machines. */
import type { RunEvent, Snapshot } from '../../runtime/events.js';
import { jsonProgress } from './json-lines.js';
import { plainProgress } from './plain-lines.js';
import { terminalProgress } from './terminal.js';

export interface Progress {
  readonly listen: (event: RunEvent) => void;
  /** Statistics can be asked for from here on. */
  readonly ready: (snapshot: Snapshot) => void;
  /** A line for the user that is not an event. */
  readonly say: (message: string) => void;
  readonly close: () => void;
}

export function createProgress(json: boolean): Progress {
  if (json) return jsonProgress();
  return process.stderr.isTTY ? terminalProgress() : plainProgress();
}
