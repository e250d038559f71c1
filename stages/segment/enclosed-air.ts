/** Air inside the body: lungs, airways, bowel gas. */
import { components, type Components } from '../../src/imaging/components.js';
import { sliceBorderFlood } from '../../src/imaging/flood.js';
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

/** What air outside is marked with while enclosed air is 1. */
const OUTSIDE = 2;

/** 1 where air has no way out within its axial slice and is no pocket of the table or under an arm. */
export function enclosedAir({ hu, grid, airBelowHu }: CoarseCt): Uint8Array {
  const air = new Uint8Array(hu.length);
  for (let i = 0; i < hu.length; i++) air[i] = hu[i] < airBelowHu ? 1 : 0;
  const outsideBelowHu = percentile(hu, 0.01) + OUTSIDE_HU;
  sliceBorderFlood(air, (i) => hu[i] < outsideBelowHu, grid, OUTSIDE);
  const pockets = components(air, grid);
  const shares = outsideShares(pockets, air, grid);
  const { runs, ofRun } = pockets;
  air.fill(0);
  for (let run = 0; run < ofRun.length; run++) {
    if (shares[ofRun[run]] <= SKIN_SHARE) air.fill(1, runs.starts[run], runs.ends[run]);
  }
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

/** For each component of some size, the share of its outer faces with outside air within SKIN_MM straight ahead. */
function outsideShares(
  { runs: { starts, ends, firstOfRow }, ofRun, sizes }: Components,
  air: Uint8Array,
  grid: Grid,
): Float64Array {
  const [nx, ny, nz] = grid.size;
  const suspects = sizes.map((size) => size * gridVoxelMl(grid) >= POCKET_ML);
  const faces = new Float64Array(sizes.length);
  const near = new Float64Array(sizes.length);
  const [reachX, reachY, reachZ] = grid.spacing.map((mm) => Math.max(1, Math.round(SKIN_MM / mm)));
  let pocket = 0;

  /** A face of voxel `i`, unless enclosed air goes on (then of the same component) or the grid ends. */
  function look(i: number, stride: number, room: number, reach: number): void {
    if (room === 0 || air[i + stride] === 1) return;
    faces[pocket]++;
    for (let step = 1; step <= Math.min(room, reach); step++) {
      if (air[i + stride * step] !== OUTSIDE) continue;
      near[pocket]++;
      break;
    }
  }

  for (let row = 0; row < ny * nz; row++) {
    const [y, z] = [row % ny, Math.floor(row / ny)];
    for (let run = firstOfRow[row]; run < firstOfRow[row + 1]; run++) {
      pocket = ofRun[run];
      if (!suspects[pocket]) continue;
      const [first, last] = [starts[run], ends[run] - 1];
      look(first, -1, first - nx * row, reachX);
      look(last, 1, nx * (row + 1) - 1 - last, reachX);
      for (let i = first; i <= last; i++) {
        look(i, -nx, y, reachY);
        look(i, nx, ny - 1 - y, reachY);
        look(i, -nx * ny, z, reachZ);
        look(i, nx * ny, nz - 1 - z, reachZ);
      }
    }
  }
  return near.map((n, label) => (faces[label] > 0 ? n / faces[label] : 0));
}
