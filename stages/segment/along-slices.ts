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

function runningLeast(map: Int16Array, width: number, reach: number): Int16Array {
  const least = map.slice();
  for (let shift = width; shift <= reach * width; shift += width) {
    for (let i = shift; i < map.length; i++) if (map[i - shift] < least[i]) least[i] = map[i - shift];
    for (let i = shift; i < map.length; i++) if (map[i] < least[i - shift]) least[i - shift] = map[i];
  }
  return least;
}

function runningMost(map: Int16Array, width: number, reach: number): Int16Array {
  const most = map.slice();
  for (let shift = width; shift <= reach * width; shift += width) {
    for (let i = shift; i < map.length; i++) if (map[i - shift] > most[i]) most[i] = map[i - shift];
    for (let i = shift; i < map.length; i++) if (map[i] > most[i - shift]) most[i - shift] = map[i];
  }
  return most;
}
