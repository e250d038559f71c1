/** Patches of several subjects in one batch: counted, divided, and their features taken back to where each belongs. */
import type { PatchSlice } from './engine.js';

export const countPatches = (slices: readonly PatchSlice[]): number =>
  slices.reduce((sum, { from, to }) => sum + to - from, 0);

/** The same patches in pieces of at most `size`. */
export function splitSlices(slices: readonly PatchSlice[], size: number): PatchSlice[][] {
  const batches: PatchSlice[][] = [];
  let room = 0;
  for (const slice of slices) {
    for (let { from } = slice; from < slice.to;) {
      if (room === 0) {
        batches.push([]);
        room = size;
      }
      const to = Math.min(slice.to, from + room);
      batches.at(-1)!.push({ ...slice, from, to });
      room -= to - from;
      from = to;
    }
  }
  return batches;
}

/** @param features `[patches, width]`, of the slices' patches one after the other; what follows is left */
export function scatterFeatures(slices: readonly PatchSlice[], features: Float32Array, width: number): void {
  let at = 0;
  for (const slice of slices) {
    const end = at + (slice.to - slice.from) * width;
    slice.features.set(features.subarray(at, end), slice.from * width);
    at = end;
  }
}
