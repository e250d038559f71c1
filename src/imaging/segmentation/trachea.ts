/** The trachea as a chain of round, dark spots near the midline, one in each axial slice. */
import { components } from '../labels/components.js';
import { gridVoxelMl, type Grid } from '../space/grid.js';
import type { CoarseCt } from './coarse-ct.js';

/** Dark enough for the lumen: lung is rarely below, HU of a block mean. */
const LUMEN_HU = -800;
/** Cross-section of a trachea, child to tracheomegaly, mm^2. */
const AREA_MM2 = { least: 25, most: 900 };
/** Longest to shortest side of the spot's box: a sabre-sheath trachea is about 3. */
const ELONGATION = 3.5;
/** Farthest from the midline, mm. */
const OFF_MIDLINE_MM = 50;
/** Shortest chain that is believed, mm. */
const LENGTH_MM = 20;

interface Spot {
  readonly voxels: Int32Array;
  /** Last spot of the chain that ends here, one slice up. */
  above: Spot | undefined;
  /** Slices in that chain. */
  length: number;
  /** Voxels in that chain. */
  volume: number;
}

export interface Trachea {
  readonly voxels: Int32Array;
  readonly ml: number;
}

/** The most voluminous chain that runs down from above the lungs' centre: undefined when nothing looks like a trachea. */
export function findTrachea(ct: CoarseCt, air: Uint8Array, midX: number): Trachea | undefined {
  const { grid } = ct;
  const { bottom, top } = lungSlices(air, grid);
  let best: Spot | undefined;
  let above: Spot[] = [];
  for (let z = top; z >= bottom; z--) {
    const spots = spotsOf(ct, air, z, midX);
    for (const spot of spots) linkUp(spot, above, grid);
    for (const spot of spots) if (!best || spot.volume > best.volume) best = spot;
    above = spots;
  }
  if (!best || best.length * grid.spacing[2] < LENGTH_MM) return undefined;
  const parts: Int32Array[] = [];
  for (let spot: Spot | undefined = best; spot; spot = spot.above) parts.push(spot.voxels);
  const voxels = new Int32Array(best.volume);
  parts.reduce((at, part) => (voxels.set(part, at), at + part.length), 0);
  return { voxels, ml: voxels.length * gridVoxelMl(grid) };
}

/** From the slice that halves the enclosed air up to its last one: the trachea lies there, bowel gas does not. */
function lungSlices(air: Uint8Array, { size: [nx, ny, nz] }: Grid): { bottom: number; top: number } {
  const counts = Array.from({ length: nz }, (_, z) => {
    let count = 0;
    for (let i = z * nx * ny; i < (z + 1) * nx * ny; i++) count += air[i];
    return count;
  });
  const total = counts.reduce((sum, n) => sum + n, 0);
  let below = 0;
  let bottom = 0;
  while (bottom < nz - 1 && (below += counts[bottom]) < total / 2) bottom++;
  return { bottom, top: nz - 1 };
}

/** 4-connected dark spots of a slice that could be a cut through a trachea. */
function spotsOf({ hu, grid }: CoarseCt, air: Uint8Array, z: number, midX: number): Spot[] {
  const [nx, ny] = grid.size;
  const [mmX, mmY] = grid.spacing;
  const base = z * nx * ny;
  const dark = new Uint8Array(nx * ny);
  for (let p = 0; p < dark.length; p++) dark[p] = air[base + p] !== 0 && hu[base + p] < LUMEN_HU ? 1 : 0;
  const { runs, ofRun, sizes } = components(dark, { ...grid, size: [nx, ny, 1] });
  const outlines = sizes.map(() => ({ lowX: nx, highX: 0, lowY: ny, highY: 0, sumX: 0 }));
  for (let run = 0; run < ofRun.length; run++) {
    const outline = outlines[ofRun[run]];
    const y = Math.floor(runs.starts[run] / nx);
    const [first, last] = [runs.starts[run] - nx * y, runs.ends[run] - 1 - nx * y];
    outline.lowX = Math.min(outline.lowX, first);
    outline.highX = Math.max(outline.highX, last);
    outline.lowY = Math.min(outline.lowY, y);
    outline.highY = y;
    outline.sumX += ((first + last) * (last + 1 - first)) / 2;
  }
  const spots: Spot[] = [];
  for (let spot = 1; spot < sizes.length; spot++) {
    const { lowX, highX, lowY, highY, sumX } = outlines[spot];
    const area = sizes[spot] * mmX * mmY;
    const sides = [(highX - lowX + 1) * mmX, (highY - lowY + 1) * mmY];
    const round = Math.max(...sides) <= ELONGATION * Math.min(...sides);
    const central = Math.abs(sumX / sizes[spot] - midX) * mmX <= OFF_MIDLINE_MM;
    if (!round || !central || area < AREA_MM2.least || area > AREA_MM2.most) continue;
    const voxels = new Int32Array(sizes[spot]);
    let count = 0;
    for (let run = 0; run < ofRun.length; run++) {
      if (ofRun[run] !== spot) continue;
      for (let p = runs.starts[run]; p < runs.ends[run]; p++) voxels[count++] = base + p;
    }
    spots.push({ voxels, above: undefined, length: 1, volume: count });
  }
  return spots;
}

/** Joins the spot to the most voluminous chain of the slice above that it overlaps. */
function linkUp(spot: Spot, candidates: readonly Spot[], { size: [nx, ny] }: Grid): void {
  const own = new Set(spot.voxels);
  for (const candidate of candidates) {
    if (spot.above && spot.above.volume >= candidate.volume) continue;
    if (candidate.voxels.some((i) => own.has(i - nx * ny))) spot.above = candidate;
  }
  if (!spot.above) return;
  spot.length += spot.above.length;
  spot.volume += spot.above.volume;
}
