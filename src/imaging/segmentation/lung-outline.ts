/** Where lungs begin and end along the lines of a coarse grid, in every slice that is looked at. */
import type { Grid } from '../space/grid.js';
import { LEFT_LUNG, RIGHT_LUNG } from '../space/volume.js';

/** From slice to slice looked at, mm: ribs and lungs change slowly. */
const STEP_MM = 4.4;

/** Rows are probed at every so many blocks: one that has lung at none of them passes for empty. */
const PROBE = 4;

export const SIDES = [RIGHT_LUNG, LEFT_LUNG] as const;

/** Lengths in blocks; slice s lies at z = s * stepZ. -1 where a line meets no lung. */
export interface LungOutline {
  readonly stepZ: number;
  readonly slices: number;
  /** First and last slice with lung. */
  readonly low: number;
  readonly high: number;
  /** y of the lungs' first and last block towards the back, [slice][x]. */
  readonly firstY: Int16Array;
  readonly lastY: Int16Array;
  /** x of the outermost block of the right and the left lung, [slice][y]. */
  readonly outermost: readonly [Int16Array, Int16Array];
  /** Lowest slice with the right, with the left lung, [y][x]. */
  readonly lowest: readonly [Int16Array, Int16Array];
  /** Blocks of the right and the left lung in each slice. */
  readonly counts: readonly [Int32Array, Int32Array];
}

/** Undefined unless there are two lungs. */
export function lungOutline(
  labels: Uint8Array,
  { size: [nx, ny, nz], spacing }: Grid,
): LungOutline | undefined {
  const stepZ = Math.max(1, Math.round(STEP_MM / spacing[2]));
  const slices = Math.ceil(nz / stepZ);
  const unmet = (length: number) => new Int16Array(length).fill(-1);
  const [firstY, lastY] = [unmet(slices * nx), unmet(slices * nx)];
  const outermost = [unmet(slices * ny), unmet(slices * ny)] as const;
  const lowest = [unmet(nx * ny), unmet(nx * ny)] as const;
  const counts = [new Int32Array(slices), new Int32Array(slices)] as const;
  for (let s = 0; s < slices; s++) {
    for (let y = 0; y < ny; y++) {
      const row = nx * (y + ny * s * stepZ);
      let met = 0;
      for (let x = PROBE >> 1; x < nx; x += PROBE) met |= labels[row + x];
      if (met === 0) continue;
      for (let x = 0; x < nx; x++) {
        const label = labels[row + x];
        if (label === 0) continue;
        const side = label === RIGHT_LUNG ? 0 : 1;
        if (firstY[s * nx + x] < 0) firstY[s * nx + x] = y;
        lastY[s * nx + x] = y;
        if (side === 1 || outermost[0][s * ny + y] < 0) outermost[side][s * ny + y] = x;
        if (lowest[side][y * nx + x] < 0) lowest[side][y * nx + x] = s;
        counts[side][s]++;
      }
    }
  }
  const holds = (s: number) => counts[0][s] + counts[1][s] > 0;
  const held = Array.from({ length: slices }, (_, s) => s).filter(holds);
  if (counts.some((side) => side.every((count) => count === 0))) return undefined;
  return {
    stepZ,
    slices,
    low: held[0],
    high: held[held.length - 1],
    firstY,
    lastY,
    outermost,
    lowest,
    counts,
  };
}
