/** By how much resident memory grows with each scan, from the trace of a run. */
import { readFile } from 'node:fs/promises';
import type { TraceEvent } from '../../src/trace/event-file.js';

export interface Growth {
  readonly mbAScan: number;
  readonly standardError: number;
}

/** Over the second half of the scans: least squares on the mean between one scan's end and the next. @param last stage */
export async function residentGrowth(tracePath: string, last: string): Promise<Growth> {
  const events = JSON.parse(await readFile(tracePath, 'utf8')) as TraceEvent[];
  const ends = events
    .flatMap((event) => (event.ph === 'X' && event.args['stage'] === last ? [event.ts + event.dur] : []))
    .toSorted((a, b) => a - b);
  const samples = events.flatMap((event) =>
    event.ph === 'C' && event.name === 'resident' ? [{ ts: event.ts, mb: event.args['MB'] }] : [],
  );
  const means = ends.slice(1).flatMap((end, i) => {
    const within = samples.filter(({ ts }) => ts >= ends[i] && ts < end);
    const sum = within.reduce((total, { mb }) => total + mb, 0);
    return within.length > 0 ? [sum / within.length] : [];
  });
  return slope(means.slice(means.length >> 1));
}

/** Of the straight line through values one apart. */
export function slope(values: readonly number[]): Growth {
  const n = values.length;
  const middle = (n - 1) / 2;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  const spread = (n * (n * n - 1)) / 12;
  const mbAScan = values.reduce((sum, value, i) => sum + (i - middle) * (value - mean), 0) / spread;
  const left = values.reduce((sum, value, i) => sum + (value - mean - (i - middle) * mbAScan) ** 2, 0);
  return { mbAScan, standardError: Math.sqrt(left / (n - 2) / spread) };
}
