/** Where a scan was measured: scanners fill what lies outside their reconstruction circle with one value. */
import type { RowExtents } from '../labels/row-extents.js';
import type { CtVolume } from './volume.js';

/** No matter absorbs less than nothing: what lies so far below -1000 HU is padding, however little of it there is. */
const PADDING_BELOW_HU = -1100;
/** Padding is as dark as air, or darker, HU: one value that goes on and on above may be tissue of a scan without noise. */
const DARK_HU = -900;
/** Noise repeats a value a few times by chance; padding goes on for longer. */
const LEAST_RUN = 8;
/** Padding that lies where it did in the slice before is not read whole: one voxel in so many. */
const CHECKED = 16;

/**
 * In each row of voxels, from which to before which one the scan was measured: `[rows, 2]`, the same number twice for none.
 * Padding is the stretch of one value, or of values that nothing can have, at an end of a row. A field of view that is convex
 * (a circle, a box, an ellipse) is found whole, whatever the padding value and however the scan is stored.
 * @returns undefined where no voxel is padding
 */
export function fieldOfView({ voxels, geometry: { size } }: CtVolume): RowExtents | undefined {
  const [nx, ny, nz] = size;
  const rows = new Int32Array(2 * ny * nz);
  let padded = false;
  for (let r = 0; r < ny * nz; r++) {
    const first = nx * r;
    const before = r >= ny ? 2 * (r - ny) : -1;
    const left = runAt(voxels, first, 1, nx, before < 0 ? 0 : rows[before]);
    const right =
      left === nx ? 0 : runAt(voxels, first + nx - 1, -1, nx - left, before < 0 ? 0 : nx - rows[before + 1]);
    rows[2 * r] = left === nx ? 0 : left;
    rows[2 * r + 1] = left === nx ? 0 : nx - right;
    padded ||= left > 0 || right > 0;
  }
  return padded ? rows : undefined;
}

/** Voxels of padding from `start` on. @param expected how many there were in the slice before */
function runAt(
  voxels: CtVolume['voxels'],
  start: number,
  step: 1 | -1,
  most: number,
  expected: number,
): number {
  const value = voxels[start];
  if (!(value < DARK_HU)) return 0;
  const isPadding = (n: number) => {
    const other = voxels[start + n * step];
    return other === value || other < PADDING_BELOW_HU;
  };
  let run = 0;
  if (expected > CHECKED && expected < most && !isPadding(expected) && isPadding(expected - 1)) {
    while (run < expected && isPadding(run)) run += CHECKED;
    if (run >= expected) return expected;
  }
  for (run = 1; run < most && isPadding(run); run++);
  return run >= LEAST_RUN || value < PADDING_BELOW_HU ? run : 0;
}
