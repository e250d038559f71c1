/** How large a batch should be, from the seconds that batches took: which to try next, and which to take. */
import type { BatchBounds } from './backend.js';

export interface TimedBatch {
  readonly batch: number;
  readonly seconds: number;
}

/** Of the best throughput: less is not worth a larger batch, which takes memory and keeps others waiting. */
const WORTHWHILE = 0.03;
/** For all that is tried. */
export const RAMP_SECONDS = 1.5;
/** Of each batch, while there is time. */
export const RUNS = 2;

/** The smallest batch whose throughput is within a few per cent of the best. */
export function chooseBatch(timed: readonly TimedBatch[]): number {
  const best = Math.max(...timed.map(throughput));
  return timed.find((one) => throughput(one) >= (1 - WORTHWHILE) * best)!.batch;
}

const throughput = ({ batch, seconds }: TimedBatch) => batch / seconds;

/**
 * Twice the last, up to the largest; undefined when two doublings have gained nothing, or when the
 * next would take too long.
 * @param spentSeconds by all runs so far
 */
export function nextBatch(
  timed: readonly TimedBatch[],
  { largestBatch }: BatchBounds,
  spentSeconds: number,
): number | undefined {
  const last = timed.at(-1);
  if (!last) return 1;
  const next = Math.min(2 * last.batch, largestBatch);
  const nextSeconds = (RUNS * next) / throughput(last);
  const gains = last.batch < 4 * chooseBatch(timed);
  return next > last.batch && gains && spentSeconds + nextSeconds <= RAMP_SECONDS ? next : undefined;
}
