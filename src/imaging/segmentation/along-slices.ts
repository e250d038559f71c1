/** What is known slice by slice, and maps of [slice][line]: gaps filled, peaks and troughs along the slices cut off. */

/** Where a slice tells nothing (NaN), what the nearest tells that does. Undefined when none does. */
export function nearestFilled(told: Float64Array): Float64Array | undefined {
  const telling = Array.from(told.keys()).filter((s) => !Number.isNaN(told[s]));
  if (telling.length === 0) return undefined;
  let next = 0;
  return told.map((value, s) => {
    while (next < telling.length - 1 && Math.abs(telling[next + 1] - s) < Math.abs(telling[next] - s)) next++;
    return Number.isNaN(value) ? told[telling[next]] : value;
  });
}

/** Mean over the slices within `reach`. */
export const runningMean = (values: Float64Array, reach: number): Float64Array =>
  values.map((_, s) => {
    const near = values.subarray(Math.max(0, s - reach), s + reach + 1);
    return near.reduce((sum, value) => sum + value, 0) / near.length;
  });

/** Peaks that span at most 2 `reach` slices are cut off (grey opening); slopes stay. */
export const withoutPeaks = (map: Int16Array, width: number, reach: number): Int16Array =>
  runningMost(runningLeast(map, width, reach), width, reach);

/** Troughs that span at most 2 `reach` slices are filled (grey closing). */
export const withoutTroughs = (map: Int16Array, width: number, reach: number): Int16Array =>
  runningLeast(runningMost(map, width, reach), width, reach);

/** Least within `reach` slices to both sides: spans of 1, 2, 4, ... slices, then two that overlap. */
function runningLeast(map: Int16Array, width: number, reach: number): Int16Array {
  const padded = new Int16Array(map.length + 2 * reach * width).fill(32767);
  padded.set(map, reach * width);
  let span = 1;
  for (; 2 * span <= 2 * reach + 1; span *= 2) {
    const step = span * width;
    for (let i = 0; i < padded.length - step; i++)
      if (padded[i + step] < padded[i]) padded[i] = padded[i + step];
  }
  const rest = (2 * reach + 1 - span) * width;
  const least = padded.slice(0, map.length);
  for (let i = 0; i < least.length; i++) if (padded[i + rest] < least[i]) least[i] = padded[i + rest];
  return least;
}

function runningMost(map: Int16Array, width: number, reach: number): Int16Array {
  return negated(runningLeast(negated(map), width, reach));
}

function negated(map: Int16Array): Int16Array {
  const out = new Int16Array(map.length);
  for (let i = 0; i < out.length; i++) out[i] = -map[i];
  return out;
}
