/** Three ways to watch a run: a live picture on a terminal, plain lines in a log, JSON lines for machines. */
import { jsonProgress } from './json-lines.js';
import { plainProgress } from './plain-lines.js';
import type { Progress } from './progress.js';
import { terminalProgress } from './terminal.js';

export function createProgress(json: boolean): Progress {
  if (json) return jsonProgress();
  return process.stderr.isTTY ? terminalProgress() : plainProgress();
}
