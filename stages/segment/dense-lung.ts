/** Dense lung that a search by air leaves out: how much tissue lies between the found lungs and the rib cage. */
import { gridVoxelMl, type Grid } from '../../src/imaging/grid.js';
import { LEFT_LUNG, RIGHT_LUNG } from '../../src/imaging/volume.js';
import { BONE_HU, NO_BONE, ribCage, type RibCage } from './rib-cage.js';

/** Consolidation, fluid and collapse lie above fat and below bone, HU of a block. */
const DENSE_FROM_HU = -50;
/** Pleura, muscle between the ribs and a rim of dependent atelectasis: so much of the cage's inside is no lung, mm. */
const WALL_MM = 7;
/** The front is closed by cartilage and muscle that do not show as bone, mm. */
const FRONT_WALL_MM = 14;
/** How far the diaphragm falls from its dome to the dorsal ribs: at least that, mm. */
const DORSAL_FALL_MM = 60;

export interface SideEstimate {
  /** Found lung, ml. */
  readonly foundMl: number;
  /** Tissue where lung is expected, ml. */
  readonly missingMl: number;
}

export interface DenseLung {
  readonly right: SideEstimate;
  readonly left: SideEstimate;
}

/** How many per cent of the expected volume are missing. */
export const missingPercent = (...sides: readonly SideEstimate[]): number => {
  const missing = sides.reduce((sum, { missingMl }) => sum + missingMl, 0);
  const found = sides.reduce((sum, { foundMl }) => sum + foundMl, 0);
  return missing > 0 ? (100 * missing) / (missing + found) : 0;
};

/**
 * @param hu mean of each block, [z][y][x] with axes to the patient's left, back and head
 * @param labels the lungs as they were found, by block
 * @param mark what is counted is marked here with its side's label (to be looked at)
 * @returns undefined when no rib cage is seen
 */
export function denseLung(
  hu: Int16Array,
  grid: Grid,
  labels: Uint8Array,
  mark?: Uint8Array,
): DenseLung | undefined {
  const cage = ribCage(hu, grid, labels);
  if (!cage) return undefined;
  const [right, left] = [RIGHT_LUNG, LEFT_LUNG].map((side) => estimate(hu, grid, labels, cage, side, mark));
  return { right, left };
}

function estimate(
  hu: Int16Array,
  grid: Grid,
  labels: Uint8Array,
  cage: RibCage,
  label: number,
  mark?: Uint8Array,
): SideEstimate {
  const [nx, ny] = grid.size;
  const [mmX, mmY, mmZ] = grid.spacing;
  const { firstZ, stepZ, slices, midX, backY, back, front } = cage;
  const i = label === RIGHT_LUNG ? 0 : 1;
  const sign = i === 0 ? -1 : 1;
  const halfWidth = cage.halfWidth[i];
  const outward = cage.outward[i];
  const wallX = WALL_MM / mmX;
  const wallY = WALL_MM / mmY;
  const frontY = FRONT_WALL_MM / mmY;

  // Lowest lung of each line along the body in the middle of the half: the diaphragm's dome.
  const { dome, top, foundBlocks, frontOf } = ends(labels, grid, cage, label);
  let blocks = 0;
  for (let s = 0; s < slices; s++) {
    const z = firstZ + s * stepZ;
    if (z > top - 25 / mmZ) continue;
    const half = halfWidth[s];
    for (let a = Math.ceil(0.15 * half); a <= half; a++) {
      const x = Math.round(midX[s] + sign * a);
      if (x < 0 || x >= nx) break;
      const u = a / half;
      const deep = heartShare(u);
      const toBack = back[s * nx + x];
      const toFront = front[s * nx + x];
      if (toBack >= NO_BONE) continue;
      const y1 = Math.floor(toBack - wallY);
      const y0 = Math.max(
        0,
        Math.ceil(backY[s] - (deep * half * mmX) / mmY),
        Math.ceil(frontOf[s] + 0),
        toFront >= NO_BONE ? 0 : Math.ceil(-toFront + frontY),
      );
      for (let y = y0; y <= Math.min(y1, ny - 1); y++) {
        const v = nx * (y + ny * z) + x;
        if (labels[v] !== 0 || hu[v] < DENSE_FROM_HU || hu[v] >= BONE_HU) continue;
        const out = outward[s * ny + y];
        if (out >= NO_BONE || sign * x > out - wallX) continue;
        const t = ((backY[s] - y) * mmY) / (half * mmX);
        const fall = (DORSAL_FALL_MM / mmZ) * Math.max(0, 1 - t / 0.6) ** 2 - (60 / mmZ) * Math.max(0, t - 0.9);
        if (z < dome - fall) continue;
        blocks++;
        if (mark) for (let k = 0; k < stepZ; k++) mark[v + k * nx * ny] = label;
      }
    }
  }
  const voxelMl = gridVoxelMl(grid);
  return { foundMl: foundBlocks * voxelMl, missingMl: blocks * stepZ * voxelMl };
}

/** How far before the dorsal ribs only lung is expected, at this share of the half width: the heart lies in front and in the middle. Half widths. */
const heartShare = (u: number): number => (u < 0.35 ? 0.3 : 0.3 + 1.8 * (u - 0.35));

function ends(labels: Uint8Array, grid: Grid, cage: RibCage, label: number) {
  const [nx, ny] = grid.size;
  const [mmX, mmY] = grid.spacing;
  const { firstZ, stepZ, slices, midX, backY } = cage;
  const i = label === RIGHT_LUNG ? 0 : 1;
  const sign = i === 0 ? -1 : 1;
  const lowest = new Int16Array(nx * ny).fill(-1);
  const frontOf = new Float64Array(slices).fill(ny);
  let top = -1;
  let count = 0;
  for (let s = 0; s < slices; s++) {
    const z = firstZ + s * stepZ;
    for (let y = 0; y < ny; y++) {
      const row = nx * (y + ny * z);
      for (let x = 0; x < nx; x++) {
        if (labels[row + x] !== label) continue;
        count++;
        top = z;
        if (y < frontOf[s]) frontOf[s] = y;
        if (lowest[nx * y + x] < 0) lowest[nx * y + x] = s;
      }
    }
  }
  const bottoms: number[] = [];
  for (let at = 0; at < lowest.length; at++) {
    const s = lowest[at];
    if (s < 0) continue;
    const half = cage.halfWidth[i][s];
    const u = (sign * ((at % nx) - midX[s])) / half;
    const t = ((backY[s] - Math.floor(at / nx)) * mmY) / (half * mmX);
    if (u > 0.55 && u < 0.8 && t > 0.6 && t < 0.95) bottoms.push(firstZ + s * stepZ);
  }
  bottoms.sort((p, q) => p - q);
  const dome = (bottoms[bottoms.length >> 1] ?? firstZ) + 6 / grid.spacing[2];
  return { dome, top, foundBlocks: count * stepZ, frontOf };
}
