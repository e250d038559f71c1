/** Order statistics of plain numbers. */

/** @returns undefined of none; of an even count the upper of the two in the middle */
export const median = (values: readonly number[]): number | undefined =>
  values.length === 0 ? undefined : Float64Array.from(values).sort()[values.length >> 1];

export const mean = (values: readonly number[]): number | undefined =>
  values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0) / values.length;

/** The first bin at which this share of all that was counted is reached. */
export function binAt(counts: Float64Array, share: number): number {
  const total = counts.reduce((sum, count) => sum + count, 0);
  let below = 0;
  for (let bin = 0; bin < counts.length; bin++) if ((below += counts[bin]) >= share * total) return bin;
  return counts.length - 1;
}
