/** Tries growing batches on a device, and says which to take. */
import { PATCH_VOXELS } from '../../imaging/atlas/atlas.js';
import { FEATURES } from '../../networks/patch-encoder.js';
import type { PatchSlice } from '../engine.js';
import type { BatchBounds } from './backend.js';
import { chooseBatch, nextBatch, RAMP_SECONDS, RUNS, type TimedBatch } from './batch-choice.js';
import { isDeviceMemoryError } from './memory-error.js';

/**
 * @param secondsOf runs a batch of so many
 * @throws resourceError `device-memory` when not even one fits
 */
export async function batchByRamp(
  secondsOf: (batch: number) => Promise<number>,
  bounds: BatchBounds,
): Promise<number> {
  if (bounds.filledUp) return bounds.largestBatch; // fewer take as long
  await secondsOf(1); // the first compiles the device's programs
  const timed: TimedBatch[] = [];
  let spent = 0;
  for (let batch: number | undefined; (batch = nextBatch(timed, bounds, spent)) !== undefined;) {
    const runs: number[] = [];
    try {
      do {
        runs.push(await secondsOf(batch));
        spent += runs.at(-1)!;
      } while (runs.length < RUNS && spent < RAMP_SECONDS);
    } catch (thrown) {
      if (timed.length === 0 || !isDeviceMemoryError(thrown)) throw thrown;
      break;
    }
    timed.push({ batch, seconds: Math.min(...runs) }); // the first of its size also allocates
  }
  return chooseBatch(timed);
}

/** Of batches of one patch of water, so many times. */
export function secondsOfEncoding(run: (slices: readonly PatchSlice[], places: number) => Promise<void>) {
  const patch: PatchSlice = {
    patches: new Int16Array(new SharedArrayBuffer(2 * PATCH_VOXELS)),
    features: new Float32Array(new SharedArrayBuffer(4 * FEATURES)),
    from: 0,
    to: 1,
  };
  return async (batch: number): Promise<number> => {
    const started = performance.now();
    await run(
      Array.from({ length: batch }, () => patch),
      batch,
    );
    return (performance.now() - started) / 1000;
  };
}
