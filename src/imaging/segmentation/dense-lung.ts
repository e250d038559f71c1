/**
 * Dense lung that a search by air leaves out (consolidation, effusion, collapse): how much tissue lies between the
 * found lungs and the rib cage. It is told, not added to the lungs: tissue has no border to a diaphragm.
 */
import { gridVoxelMl, type Grid } from '../space/grid.js';
import { nearestFilled } from './along-slices.js';
import { lungOutline, SIDES, type LungOutline } from './lung-outline.js';
import { BONE_HU, NO_BONE, outwards, ribCage, type RibCage } from './rib-cage.js';

/** Dense lung and fluid are denser than fat, HU of a block. */
const DENSE_FROM_HU = -50;
/** Pleura, muscle between the ribs, and the few mm of collapse at the back of a sound lung, mm. */
const WALL_MM = 7;
/** In front the cage is closed by cartilage, which need not show as bone, mm. */
const FRONT_WALL_MM = 14;
/** Above the lung, and above the first rib, lie the neck's muscles: so much of its top is not judged, mm. */
const APEX_MM = 25;
/** Where the dome's height is read: breadth in half widths from the middle, depth in half widths from the back. */
const DOME = { from: 0.55, to: 0.8, back: 0.6, front: 0.95 };
/** Less than this share of that place holds few lines with lung. */
const FEW_LINES = 0.3;
/** The dome's top stands over the middle height of that place, mm. */
const DOME_TOP_MM = 6;
/** From the dome to the back the diaphragm falls by this at least (sound scans: 60 to 110), mm. */
const DORSAL_FALL_MM = 60;
/** To the front it may rise by this in half a width, mm. */
const VENTRAL_RISE_MM = 30;

/** Of one lung or of both. */
export interface DenseEstimate {
  /** The lung that was found, ml. */
  readonly foundMl: number;
  /** Tissue where lung is expected, ml. */
  readonly missingMl: number;
}

export interface DenseLung {
  readonly right: DenseEstimate;
  readonly left: DenseEstimate;
  /**
   * How far the base of the right lung lies above that of the left, mm: at the diaphragm's dome or at the lungs' lowest
   * ends, whichever is less; 0 where these disagree, NaN where a side has no lung above the dome.
   */
  readonly rightBaseHigherMm: number;
}

/** Share of the expected volume that is missing, per cent. */
export function missingPercent(...lungs: readonly DenseEstimate[]): number {
  const missing = lungs.reduce((ml, lung) => ml + lung.missingMl, 0);
  const found = lungs.reduce((ml, lung) => ml + lung.foundMl, 0);
  return missing > 0 ? (100 * missing) / (missing + found) : 0;
}

/**
 * A lower bound: what lies about the heart, under the dome's front and in the deep recesses is not told from other organs.
 * @param hu mean of each block, at most a few mm wide, x fastest, axes to the patient's left, back and head
 * @param labels the lungs, by block
 * @param mark where given, gets each counted block's label
 * @returns undefined when no rib cage is seen around two lungs
 */
export function denseLung(
  hu: Int16Array,
  grid: Grid,
  labels: Uint8Array,
  mark?: Uint8Array,
): DenseLung | undefined {
  const outline = lungOutline(labels, grid);
  const cage = outline && ribCage(hu, grid, outline);
  if (!cage) return undefined;
  const expected = { hu, grid, labels, outline, cage, frontY: frontLevels(grid, outline) };
  const domes = [0, 1].map((side) => domeHeight(grid, outline, cage, side));
  const [right, left] = [0, 1].map((side) => estimate(expected, side, domes[side] ?? domes[1 - side], mark));
  const ends = outline.lowest.map(lowestEnd);
  const atDome = (domes[0] ?? NaN) - (domes[1] ?? NaN);
  const atEnds = ends[0] - ends[1];
  const agreed = atDome * atEnds < 0 ? 0 : Math.sign(atDome) * Math.min(Math.abs(atDome), Math.abs(atEnds));
  return { right, left, rightBaseHigherMm: agreed * outline.stepZ * grid.spacing[2] };
}

interface Expected {
  readonly hu: Int16Array;
  readonly grid: Grid;
  readonly labels: Uint8Array;
  readonly outline: LungOutline;
  readonly cage: RibCage;
  readonly frontY: Float64Array;
}

function estimate(
  { hu, grid, labels, outline, cage, frontY }: Expected,
  side: number,
  dome: number | undefined,
  mark: Uint8Array | undefined,
): DenseEstimate {
  const [nx, ny] = grid.size;
  const [mmX, mmY, mmZ] = grid.spacing;
  const { stepZ } = outline;
  const blockMl = gridVoxelMl(grid) * stepZ;
  const foundMl = blockMl * outline.counts[side].reduce((sum, count) => sum + count, 0);
  if (dome === undefined) return { foundMl, missingMl: 0 };
  const sign = outwards(side);
  const lowest = Math.max(0, dome - Math.ceil(DORSAL_FALL_MM / (mmZ * stepZ)));
  const top = outline.high - APEX_MM / (mmZ * stepZ);
  let blocks = 0;
  for (let s = lowest; s <= top; s++) {
    const half = cage.halfWidth[side][s];
    const halfY = (half * mmX) / mmY;
    const aboveDomeMm = (s - dome) * stepZ * mmZ;
    for (let x = Math.round(cage.midX[s]); x >= 0 && x < nx && sign * (x - cage.midX[s]) <= half; x += sign) {
      const back = cage.back[s * nx + x];
      const lungDepth = lungBefore((sign * (x - cage.midX[s])) / half);
      if (back === NO_BONE || lungDepth === 0) continue;
      const front = cage.front[s * nx + x];
      const y0 = Math.max(
        0,
        frontY[s],
        cage.backY[s] - lungDepth * halfY,
        front === NO_BONE ? 0 : FRONT_WALL_MM / mmY - front,
      );
      for (let y = Math.ceil(y0); y <= Math.min(ny - 1, back - WALL_MM / mmY); y++) {
        const i = nx * (y + ny * s * stepZ) + x;
        if (labels[i] !== 0 || hu[i] < DENSE_FROM_HU || hu[i] >= BONE_HU) continue;
        const out = cage.outward[side][s * ny + y];
        if (out === NO_BONE || sign * x > out - WALL_MM / mmX) continue;
        if (aboveDomeMm < diaphragmMm((cage.backY[s] - y) / halfY)) continue;
        blocks++;
        if (mark) for (let k = 0; k < stepZ; k++) mark[i + k * nx * ny] = SIDES[side];
      }
    }
  }
  return { foundMl, missingMl: blocks * blockMl };
}

/** How far before the dorsal ribs nothing but lung is expected, at a breadth from the middle: both in half widths. The heart takes the rest. */
function lungBefore(breadth: number): number {
  if (breadth < 0.15) return 0;
  return breadth < 0.35 ? 0.3 : 0.3 + 1.8 * (breadth - 0.35);
}

/** Height over the dome above which there is no diaphragm, mm, at a depth before the dorsal ribs, half widths. */
function diaphragmMm(depth: number): number {
  const { back, front } = DOME;
  if (depth < back) return -DORSAL_FALL_MM * (1 - depth / back) ** 2;
  return depth < front ? 0 : 2 * VENTRAL_RISE_MM * (depth - front);
}

/** Slice of the dome's top by the lowest lung over it; undefined when no lung is over it. */
function domeHeight(
  { size: [nx], spacing: [mmX, mmY, mmZ] }: Grid,
  { stepZ, lowest }: LungOutline,
  { midX, backY, halfWidth }: RibCage,
  side: number,
): number | undefined {
  const heights: number[] = [];
  for (let i = 0; i < lowest[side].length; i++) {
    const s = lowest[side][i];
    if (s < 0) continue;
    const half = halfWidth[side][s];
    const breadth = (outwards(side) * ((i % nx) - midX[s])) / half;
    const depth = ((backY[s] - Math.floor(i / nx)) * mmY) / (half * mmX);
    if (breadth < DOME.from || breadth > DOME.to || depth < DOME.back || depth > DOME.front) continue;
    heights.push(s);
  }
  if (heights.length === 0) return undefined;
  // With little lung left over the dome its lowest part stands for it: the rest may end at dense lung.
  const half = halfWidth[side].reduce((a, b) => Math.max(a, b));
  const whole = (DOME.to - DOME.from) * half * (((DOME.front - DOME.back) * half * mmX) / mmY);
  const share = heights.length < FEW_LINES * whole ? 0.1 : 0.5;
  const height = heights.sort((a, b) => a - b)[Math.floor(share * (heights.length - 1))];
  return height + Math.round(DOME_TOP_MM / (mmZ * stepZ));
}

/** Slice below which a lung has but a few of its lines. */
function lowestEnd(lowest: Int16Array): number {
  const met = lowest.filter((s) => s >= 0).sort();
  return met[Math.floor(0.05 * met.length)];
}

/** y of the foremost lung of both, in each slice. */
function frontLevels({ size: [nx, ny] }: Grid, { slices, firstY }: LungOutline): Float64Array {
  const levels = Float64Array.from({ length: slices }, (_, s) => {
    let level = ny;
    for (let x = 0; x < nx; x++) {
      const y = firstY[s * nx + x];
      if (y >= 0 && y < level) level = y;
    }
    return level === ny ? NaN : level;
  });
  return nearestFilled(levels)!;
}
