/** How far an engine's numbers are from others', and how far they may be. */

/** What rounding in single precision may come to, relative to the largest number: every engine is held to it. */
export const TOLERANCE = 2e-5;

/** Largest |a - b| over the largest |b|; NaN where either holds one, or they differ in length. */
export function relativeDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let [worst, largest] = [0, 0];
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    worst = Math.max(worst, Math.abs(a[i] - b[i]));
    largest = Math.max(largest, Math.abs(b[i]));
  }
  return worst / largest;
}
