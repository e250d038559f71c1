/** Where the patient's middle lies, told from the CT alone: what a mask says of sides is held against it. */
import type { CtVolume } from '../space/volume.js';

const TISSUE_HU = -400;
/** A mean needs no more of the scan than a voxel in so many millimetres along each axis. */
const STRIDE_MM = 4;

/** Mean x of all tissue, LPS mm; of the whole grid where there is none. Unequal or collapsed lungs move it by a centimetre at most. */
export function tissueMiddleX({ voxels, geometry }: CtVolume): number {
  const { size, spacing, origin, direction } = geometry;
  const [nx, ny, nz] = size;
  const [stepX, stepY, stepZ] = spacing.map((mm) => Math.max(1, Math.floor(STRIDE_MM / mm)));
  const sums = [0, 0, 0];
  let count = 0;
  for (let k = 0; k < nz; k += stepZ) {
    for (let j = 0; j < ny; j += stepY) {
      const row = nx * (j + ny * k);
      for (let i = 0; i < nx; i += stepX) {
        if (voxels[row + i] < TISSUE_HU) continue;
        sums[0] += i;
        sums[1] += j;
        sums[2] += k;
        count++;
      }
    }
  }
  const middle = count > 0 ? sums.map((sum) => sum / count) : size.map((n) => (n - 1) / 2);
  return middle.reduce((x, index, axis) => x + direction[axis] * spacing[axis] * index, origin[0]);
}
