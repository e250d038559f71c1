/** Air inside the body: lungs, airways, bowel gas. */
import { components, type Components } from '../labels/components.js';
import { gridVoxelMl } from '../space/grid.js';
import { bodyHull } from './body-hull.js';
import type { CoarseCt } from './coarse-ct.js';
import { HULL_SHARE, hullShares, markOutside, OUTSIDE } from './outside-air.js';

/** Air this near to the outside lies in the table, or between arm and chest: no chest wall is so thin, mm. */
const SKIN_MM = 6;
/** The share of a pocket's surface that may be so near: lungs open to the outside only at the mouth. */
const SKIN_SHARE = 0.15;
/** Smaller pockets are kept unseen: nothing of interest is made of them, ml. */
const POCKET_ML = 5;

/** 1 where air has no way out within its axial slice and is no pocket of the table or under an arm. */
export function enclosedAir(ct: CoarseCt): Uint8Array {
  const { hu, measured, grid, airBelowHu } = ct;
  const air = new Uint8Array(hu.length);
  for (let i = 0; i < hu.length; i++) air[i] = hu[i] < airBelowHu ? measured[i] : 0;
  const hull = bodyHull(ct);
  markOutside(air, ct, hull);
  const pockets = components(air, grid);
  const { outside, edge } = nearShares(pockets, air, ct);
  // A lung may meet the edge of the field of view, but lies in the body.
  const doubtful = Uint8Array.from(edge, (share) => (share > SKIN_SHARE ? 1 : 0));
  const inHull = hullShares(pockets, doubtful, ct, hull);
  const kept = pockets.sizes.map(
    (_, pocket) => outside[pocket] <= SKIN_SHARE && (doubtful[pocket] === 0 || inHull[pocket] >= HULL_SHARE),
  );
  const { runs, ofRun } = pockets;
  air.fill(0);
  for (let run = 0; run < ofRun.length; run++) {
    if (kept[ofRun[run]]) air.fill(1, runs.starts[run], runs.ends[run]);
  }
  return air;
}

/** For each component of some size, the share of its outer faces with outside air, and with that or the edge of the field of view, within SKIN_MM straight ahead. */
function nearShares(
  { runs: { starts, ends, firstOfRow }, ofRun, sizes }: Components,
  air: Uint8Array,
  { measured, grid }: CoarseCt,
): { readonly outside: Float64Array; readonly edge: Float64Array } {
  const [nx, ny, nz] = grid.size;
  const suspects = sizes.map((size) => size * gridVoxelMl(grid) >= POCKET_ML);
  const faces = new Float64Array(sizes.length);
  const outside = new Float64Array(sizes.length);
  const edge = new Float64Array(sizes.length);
  const [reachX, reachY, reachZ] = grid.spacing.map((mm) => Math.max(1, Math.round(SKIN_MM / mm)));
  let pocket = 0;

  /** A face of voxel `i`, unless enclosed air goes on (then of the same component) or the grid ends. */
  function look(i: number, stride: number, room: number, reach: number): void {
    if (room === 0 || air[i + stride] === 1) return;
    faces[pocket]++;
    for (let step = 1; step <= Math.min(room, reach); step++) {
      const ahead = i + stride * step;
      if (air[ahead] !== OUTSIDE && measured[ahead] !== 0) continue;
      edge[pocket]++;
      if (measured[ahead] !== 0) outside[pocket]++;
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
  const share = (n: number, label: number) => (faces[label] > 0 ? n / faces[label] : 0);
  return { outside: outside.map(share), edge: edge.map(share) };
}
