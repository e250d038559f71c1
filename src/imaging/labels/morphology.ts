/** Morphology with a ball in millimetres, on bits: exact on anisotropic grids. */
import { emptyMask, inverseMask, packMask, unpackMask, widenMask, type BitMask } from './bit-mask.js';
import type { Grid } from '../space/grid.js';

/** Voxels whose centre is at most `radiusMm` from the centre of a voxel of the mask. Beyond the grid there is no mask. */
export const dilate = (mask: Uint8Array, grid: Grid, radiusMm: number): Uint8Array =>
  unpackMask(dilated(packMask(mask, grid.size), ballOf(grid, radiusMm)));

/** Voxels of the mask farther than `radiusMm` from every voxel outside it. What lies beyond the grid counts as inside. */
export const erode = (mask: Uint8Array, grid: Grid, radiusMm: number): Uint8Array =>
  unpackMask(eroded(packMask(mask, grid.size), ballOf(grid, radiusMm)));

/** Fills what a ball of this radius cannot enter from outside. The grid needs that much margin around the mask, or cuts it. */
export function close(mask: Uint8Array, grid: Grid, radiusMm: number): Uint8Array {
  const ball = ballOf(grid, radiusMm);
  return unpackMask(eroded(dilated(packMask(mask, grid.size), ball), ball));
}

/** Keeps what a ball of this radius can sweep inside the mask. */
export function open(mask: Uint8Array, grid: Grid, radiusMm: number): Uint8Array {
  const ball = ballOf(grid, radiusMm);
  return unpackMask(dilated(eroded(packMask(mask, grid.size), ball), ball));
}

/** A row of the ball: from `-halfWidth` to `halfWidth` voxels along x, so many rows and slices from its centre. */
interface BallRow {
  readonly stepY: number;
  readonly stepZ: number;
  readonly halfWidth: number;
}

/** Squares are summed in float32. */
function ballOf({ spacing }: Grid, radiusMm: number): BallRow[] {
  const limit = radiusMm * radiusMm * (1 + 1e-9);
  const [reachX, reachY, reachZ] = spacing.map((mm) => Math.floor(radiusMm / mm + 1e-9));
  const square = (steps: number, axis: 0 | 1 | 2) => (steps * spacing[axis]) ** 2;
  const rows: BallRow[] = [];
  for (let stepZ = -reachZ; stepZ <= reachZ; stepZ++) {
    for (let stepY = -reachY; stepY <= reachY; stepY++) {
      const distance = (stepX: number) =>
        Math.fround(Math.fround(Math.fround(square(stepX, 0)) + square(stepY, 1)) + square(stepZ, 2));
      let halfWidth = reachX;
      while (halfWidth >= 0 && distance(halfWidth) > limit) halfWidth--;
      if (halfWidth >= 0) rows.push({ stepY, stepZ, halfWidth });
    }
  }
  return rows;
}

function dilated(mask: BitMask, ball: readonly BallRow[]): BitMask {
  const [, ny, nz] = mask.size;
  const grown = emptyMask(mask.size);
  const wide = [mask];
  for (const { stepY, stepZ, halfWidth } of ball) {
    while (wide.length <= halfWidth) wide.push(widenMask(wide[wide.length - 1]));
    const { words, wordsPerRow } = wide[halfWidth];
    const shift = wordsPerRow * (stepY + ny * stepZ);
    for (let z = Math.max(0, stepZ); z < Math.min(nz, nz + stepZ); z++) {
      const from = wordsPerRow * (Math.max(0, stepY) + ny * z);
      const to = wordsPerRow * (Math.min(ny, ny + stepY) + ny * z);
      for (let w = from; w < to; w++) grown.words[w] |= words[w - shift];
    }
  }
  return grown;
}

const eroded = (mask: BitMask, ball: readonly BallRow[]): BitMask =>
  inverseMask(dilated(inverseMask(mask), ball));
