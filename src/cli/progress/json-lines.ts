/** One JSON object a line on standard output: every event of the run. */
import type { RunEvent } from '../../index.js';
import type { Progress } from './progress.js';

export function jsonProgress(): Progress {
  return {
    listen: (event) => process.stdout.write(`${JSON.stringify(plainEvent(event))}\n`),
    ready: () => undefined,
    say: (message) => process.stdout.write(`${JSON.stringify({ type: 'notice', message })}\n`),
    close: () => undefined,
  };
}

const plainEvent = (event: RunEvent): object =>
  event.type === 'scan-end' && event.failure ? { ...event, failure: event.failure.toFields() } : event;
