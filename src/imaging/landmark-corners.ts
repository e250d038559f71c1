/** Where an atlas's landmark patches lie (spec section 1; Context_Aware_SSL, `build_atlas`). */
import { PATCH_EDGE } from './atlas.js';
import type { LungLabels } from './volume.js';

/** Voxels between neighbouring corners: patches of 32 overlap by 6. */
const CORNER_STEP = 26;
const MAX_CORNERS = 1000;

/**
 * Low corners of the patches that hold enough lung, `[count, (x, y, z)]` flattened, x outermost, z innermost.
 * Enough is more than a tenth of the patch; should 1000 or more patches have that, two tenths, and so on.
 */
export function landmarkCorners({ voxels, geometry }: LungLabels): Int32Array<SharedArrayBuffer> {
  const [nx, ny, nz] = geometry.size;
  const corners: { readonly xyz: readonly number[]; readonly inside: number }[] = [];
  for (let x = 0; x < nx - PATCH_EDGE; x += CORNER_STEP)
    for (let y = 0; y < ny - PATCH_EDGE; y += CORNER_STEP)
      for (let z = 0; z < nz - PATCH_EDGE; z += CORNER_STEP)
        corners.push({ xyz: [x, y, z], inside: countInside(voxels, nx, ny, x, y, z) });

  const keptAt = (share: number) => corners.filter(({ inside }) => inside > share * PATCH_EDGE ** 3);
  let share = 0.1;
  while (keptAt(share).length >= MAX_CORNERS) share += 0.1;
  const kept = keptAt(share);

  const result = new Int32Array(new SharedArrayBuffer(kept.length * 3 * Int32Array.BYTES_PER_ELEMENT));
  result.set(kept.flatMap(({ xyz }) => xyz));
  return result;
}

/** Lung voxels in the patch whose low corner is (x, y, z). */
function countInside(
  labels: Uint8Array<SharedArrayBuffer>,
  nx: number,
  ny: number,
  x: number,
  y: number,
  z: number,
): number {
  let count = 0;
  for (let k = z; k < z + PATCH_EDGE; k++)
    for (let j = y; j < y + PATCH_EDGE; j++) {
      const row = nx * (j + ny * k);
      for (let i = x; i < x + PATCH_EDGE; i++) if (labels[row + i] !== 0) count += 1;
    }
  return count;
}
