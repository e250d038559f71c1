/** Where an atlas's landmark patches lie (reference section 1; Context_Aware_SSL, `build_atlas`). */
import { PATCH_EDGE, PATCH_VOXELS } from './atlas.js';
import type { LungLabels } from '../space/volume.js';

/** How the landmarks of an atlas are chosen (reference section 1). */
export interface LandmarkRule {
  /** Voxels between neighbouring corners. */
  readonly stride: number;
  /** Share of a patch that must be exceeded by lung, at first. */
  readonly inside: number;
  /** As long as there are this many landmarks or more, the share grows by a tenth. */
  readonly fewerThan: number;
}

/** Patches of 32 overlap by 6. */
export const REFERENCE_RULE: LandmarkRule = { stride: 26, inside: 0.1, fewerThan: 1000 };

/** The landmarks that a rule found. */
export interface Landmarks {
  /** `[count, (x, y, z)]` flattened, x outermost, z innermost. */
  readonly cornersXyz: Int32Array<SharedArrayBuffer>;
  /** The share that was reached. */
  readonly inside: number;
}

/** Low corners of the patches that hold enough lung. */
export function landmarkCorners(
  { voxels, geometry }: LungLabels,
  { stride, inside, fewerThan }: LandmarkRule = REFERENCE_RULE,
): Landmarks {
  const [nx, ny, nz] = geometry.size;
  const corners: { readonly xyz: readonly number[]; readonly inside: number }[] = [];
  for (let x = 0; x < nx - PATCH_EDGE; x += stride)
    for (let y = 0; y < ny - PATCH_EDGE; y += stride)
      for (let z = 0; z < nz - PATCH_EDGE; z += stride)
        corners.push({ xyz: [x, y, z], inside: countInside(voxels, nx, ny, x, y, z) });

  const keptAt = (share: number) => corners.filter(({ inside }) => inside > share * PATCH_VOXELS);
  let share = inside;
  while (keptAt(share).length >= fewerThan) share += 0.1;
  const kept = keptAt(share);

  const cornersXyz = new Int32Array(new SharedArrayBuffer(kept.length * 3 * Int32Array.BYTES_PER_ELEMENT));
  cornersXyz.set(kept.flatMap(({ xyz }) => xyz));
  return { cornersXyz, inside: share };
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
