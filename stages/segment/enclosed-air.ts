/** Air inside the body: lungs, airways, bowel gas. */
import { components, sliceBorderFlood } from '../../src/imaging/components.js';
import { gridVoxelMl, type Grid } from '../../src/imaging/grid.js';
import { AIR_HU } from '../../src/imaging/volume.js';
import { DENSE_HU, type CoarseCt } from './coarse-ct.js';

/** Air this near to the outside lies in the table, or between arm and chest: no chest wall is so thin, mm. */
const SKIN_MM = 6;
/** The share of a pocket's surface that may be so near: lungs open to the outside only at the mouth. */
const SKIN_SHARE = 0.15;
/** Air outside is this near to the scan's darkest; lung that a narrow field of view cuts open is not, HU. */
const OUTSIDE_HU = 50;
/** Smaller pockets are kept unseen: nothing of interest is made of them, ml. */
const POCKET_ML = 5;

/** 1 where air has no way out within its axial slice and is no pocket of the table or under an arm. */
export function enclosedAir({ hu, grid, airBelowHu }: CoarseCt): Uint8Array {
  const air = new Uint8Array(hu.length);
  for (let i = 0; i < hu.length; i++) air[i] = hu[i] < airBelowHu ? 1 : 0;
  const outsideBelowHu = percentile(hu, 0.01) + OUTSIDE_HU;
  const outside = sliceBorderFlood(air, (i) => hu[i] < outsideBelowHu, grid);
  for (let i = 0; i < air.length; i++) if (outside[i] !== 0) air[i] = 0;
  const { labels, sizes } = components(air, grid);
  const suspects = sizes.map((size) => size * gridVoxelMl(grid) >= POCKET_ML);
  const shares = outsideShares(labels, sizes.length, suspects, outside, grid);
  for (let i = 0; i < air.length; i++) if (shares[labels[i]] > SKIN_SHARE) air[i] = 0;
  return air;
}

/** The value below which (or at which) this share of the voxels lies. */
function percentile(hu: Int16Array, share: number): number {
  const counts = new Uint32Array(DENSE_HU - AIR_HU + 1);
  for (let i = 0; i < hu.length; i++) counts[hu[i] - AIR_HU]++;
  let bin = 0;
  for (let below = counts[0]; below < share * hu.length; below += counts[bin]) bin++;
  return bin + AIR_HU;
}

/** For each component, the share of its outer faces with outside air within SKIN_MM straight ahead. */
function outsideShares(
  labels: Int32Array,
  count: number,
  suspects: readonly boolean[],
  outside: Uint8Array,
  { size: [nx, ny, nz], spacing }: Grid,
): Float64Array {
  const faces = new Float64Array(count);
  const near = new Float64Array(count);
  const reach = spacing.map((mm) => Math.max(1, Math.round(SKIN_MM / mm)));
  const strides = [1, nx, nx * ny];
  for (let z = 0, i = 0; z < nz; z++) {
    for (let y = 0; y < ny; y++) {
      for (let x = 0; x < nx; x++, i++) {
        const label = labels[i];
        if (label === 0 || !suspects[label]) continue;
        for (let axis = 0; axis < 3; axis++) {
          const at = axis === 0 ? x : axis === 1 ? y : z;
          const length = axis === 0 ? nx : axis === 1 ? ny : nz;
          for (let side = -1; side <= 1; side += 2) {
            const room = side < 0 ? at : length - 1 - at;
            if (room === 0 || labels[i + side * strides[axis]] === label) continue;
            faces[label]++;
            for (let step = 1; step <= Math.min(room, reach[axis]); step++) {
              if (outside[i + side * step * strides[axis]] === 0) continue;
              near[label]++;
              break;
            }
          }
        }
      }
    }
  }
  return near.map((n, label) => (faces[label] > 0 ? n / faces[label] : 0));
}
