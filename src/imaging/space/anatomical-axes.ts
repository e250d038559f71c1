/** Which grid axis runs along which axis of the patient: lets kernels see every scan the same way round. */
import type { Geometry } from './geometry.js';

/** A grid axis that runs (nearly) along a patient axis. */
export interface AnatomicalAxis {
  /** Index of the grid axis, 0 to 2. */
  readonly axis: 0 | 1 | 2;
  /** The grid axis runs the other way. */
  readonly flipped: boolean;
}

type Triple<T> = readonly [T, T, T];
const orders = [
  [0, 1, 2],
  [0, 2, 1],
  [1, 0, 2],
  [1, 2, 0],
  [2, 0, 1],
  [2, 1, 0],
] as const;

/** For left, posterior, superior: the grid axis nearest to it. Oblique grids get the closest of the 48 orientations. */
export function anatomicalAxes({ direction: d }: Geometry): Triple<AnatomicalAxis> {
  const along = (patient: number, axis: number) => d[3 * patient + axis];
  const fit = (order: Triple<number>) =>
    order.reduce((sum, axis, patient) => sum + Math.abs(along(patient, axis)), 0);
  const best = orders.reduce((a, b) => (fit(b) > fit(a) ? b : a));
  const describe = (patient: 0 | 1 | 2) => ({
    axis: best[patient],
    flipped: along(patient, best[patient]) < 0,
  });
  return [describe(0), describe(1), describe(2)];
}
