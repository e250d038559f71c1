/** Air around the body, told from lung that a narrow field of view cuts open. */
import { sliceComponents, type Components } from '../labels/components.js';
import type { SliceHull } from './body-hull.js';
import { percentile, type CoarseCt } from './coarse-ct.js';

/** What air outside is marked with. */
export const OUTSIDE = 2;
/** Air outside is this near to the scan's darkest, HU; lung, with its vessels, is not. */
const NEAR_DARKEST_HU = 50;
/** A region of which more than this share is so dark is air, wherever it lies: emphysema leaves more of a lung. */
const DARK_SHARE = 0.8;
/** A lung lies within the hull of the body's tissue with more than this share, though its wall be cut away: at worst 0.28, cloth and foam 0.1. */
export const HULL_SHARE = 0.25;
/** What is dark in part must lie deeper within: by so much for each unit of its dark share. */
const HULL_BY_DARK = 0.5;

/**
 * Marks air (1) as OUTSIDE: in each axial slice, the connected regions that reach an edge of the field of view and are as dark
 * as air, or lie beside the body. A lung that meets that edge is parted from the air beside it by its wall, cut through as it is.
 */
export function markOutside(air: Uint8Array, ct: CoarseCt, hull: SliceHull): void {
  const regions = sliceComponents(air, ct.grid);
  const atEdge = regionsAtEdge(regions, ct);
  const dark = darkShares(regions, atEdge, air, ct);
  const doubtful = atEdge.map((edge, region) => (dark[region] < DARK_SHARE ? edge : 0));
  const inHull = hullShares(regions, doubtful, ct, hull);
  const isOutside = inHull.map((share, region) =>
    atEdge[region] !== 0 && (dark[region] >= DARK_SHARE || share < HULL_SHARE + HULL_BY_DARK * dark[region])
      ? 1
      : 0,
  );
  const { runs, ofRun } = regions;
  for (let run = 0; run < ofRun.length; run++) {
    if (isOutside[ofRun[run]] !== 0) air.fill(OUTSIDE, runs.starts[run], runs.ends[run]);
  }
}

/** For each wanted component: the share of its voxels that lie in the body's hull. */
export function hullShares(
  { runs: { starts, ends, firstOfRow }, ofRun, sizes }: Components,
  wanted: Uint8Array,
  { grid }: CoarseCt,
  hull: SliceHull,
): Float64Array {
  const [nx, ny] = grid.size;
  const within = new Float64Array(sizes.length);
  for (let row = 0; row < firstOfRow.length - 1; row++) {
    for (let run = firstOfRow[row]; run < firstOfRow[row + 1]; run++) {
      if (wanted[ofRun[run]] === 0) continue;
      const rows = hull(Math.floor(row / ny));
      const [from, to] = [rows[2 * (row % ny)], rows[2 * (row % ny) + 1]];
      const length = Math.min(ends[run] - nx * row, to) - Math.max(starts[run] - nx * row, from);
      within[ofRun[run]] += Math.max(0, length);
    }
  }
  return within.map((count, component) => count / sizes[component] || 0);
}

/** For each region: whether it touches the slice's border, or a block that was not measured. */
function regionsAtEdge({ runs: { starts, ends, firstOfRow }, ofRun, sizes }: Components, ct: CoarseCt) {
  const { measured, grid } = ct;
  const [nx, ny] = grid.size;
  const atEdge = new Uint8Array(sizes.length);
  for (let row = 0; row < firstOfRow.length - 1; row++) {
    const [first, last] = [row % ny === 0, row % ny === ny - 1];
    for (let run = firstOfRow[row]; run < firstOfRow[row + 1]; run++) {
      const [from, to] = [starts[run], ends[run]];
      let edge = first || last || from === nx * row || to === nx * (row + 1);
      edge ||= measured[from - 1] === 0 || measured[to] === 0;
      for (let i = from; i < to && !edge; i++) edge = measured[i - nx] === 0 || measured[i + nx] === 0;
      if (edge) atEdge[ofRun[run]] = 1;
    }
  }
  return atEdge;
}

/** For each region at an edge: the share of its inner voxels that are as dark as air (of all, where none is inner); else 0. */
function darkShares(
  { runs: { starts, ends }, ofRun, sizes }: Components,
  atEdge: Uint8Array,
  air: Uint8Array,
  ct: CoarseCt,
): Float64Array {
  const { hu, grid } = ct;
  const [nx] = grid.size;
  const darkBelowHu = percentile(ct, 0.005) + NEAR_DARKEST_HU;
  const all = new Float64Array(sizes.length);
  const inner = new Float64Array(sizes.length);
  const darkInner = new Float64Array(sizes.length);
  for (let run = 0; run < ofRun.length; run++) {
    const region = ofRun[run];
    if (atEdge[region] === 0) continue;
    const [first, last] = [starts[run], ends[run] - 1];
    let darkOfRun = 0;
    let innerOfRun = 0;
    let both = 0;
    for (let i = first; i <= last; i++) {
      const dark = hu[i] < darkBelowHu ? 1 : 0;
      const isInner = i > first && i < last ? air[i - nx] & air[i + nx] : 0;
      darkOfRun += dark;
      innerOfRun += isInner;
      both += dark & isInner;
    }
    all[region] += darkOfRun;
    inner[region] += innerOfRun;
    darkInner[region] += both;
  }
  return all.map((dark, region) =>
    atEdge[region] === 0 ? 0 : inner[region] > 0 ? darkInner[region] / inner[region] : dark / sizes[region],
  );
}
