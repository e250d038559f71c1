/** Where the patient's middle lies. */
import type { CoarseCt } from './coarse-ct.js';

/** Mean x of all tissue, coarse voxels from the patient's right: steadier than the lungs themselves, which may be unequal or missing. */
export function midlineX({
  hu,
  grid: {
    size: [nx],
  },
  airBelowHu,
}: CoarseCt): number {
  let sum = 0;
  let count = 0;
  for (let row = 0; row < hu.length; row += nx) {
    for (let x = 0; x < nx; x++) {
      if (hu[row + x] < airBelowHu) continue;
      sum += x;
      count++;
    }
  }
  return count > 0 ? sum / count : (nx - 1) / 2;
}
