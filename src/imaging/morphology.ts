/** Morphology with a ball in millimetres, by separable squared distances: exact on anisotropic grids. */
import type { Grid } from './grid.js';

const FAR = 1e9;

/** Voxels whose centre is at most `radiusMm` from the centre of a voxel of the mask. Beyond the grid there is no mask. */
export function dilate(mask: Uint8Array, grid: Grid, radiusMm: number): Uint8Array {
  const limit = radiusMm * radiusMm * (1 + 1e-9);
  let distance: Float32Array = rowDistances(mask, grid, radiusMm);
  distance = alongAxis(distance, grid, 1, radiusMm);
  distance = alongAxis(distance, grid, 2, radiusMm);
  const grown = new Uint8Array(mask.length);
  for (let i = 0; i < grown.length; i++) grown[i] = distance[i] <= limit ? 1 : 0;
  return grown;
}

/** Voxels of the mask farther than `radiusMm` from every voxel outside it. What lies beyond the grid counts as inside. */
export function erode(mask: Uint8Array, grid: Grid, radiusMm: number): Uint8Array {
  const inverse = new Uint8Array(mask.length);
  for (let i = 0; i < mask.length; i++) inverse[i] = mask[i] === 0 ? 1 : 0;
  const grown = dilate(inverse, grid, radiusMm);
  for (let i = 0; i < grown.length; i++) grown[i] = grown[i] === 0 ? 1 : 0;
  return grown;
}

/** Fills what a ball of this radius cannot enter from outside. The grid needs that much margin around the mask, or cuts it. */
export const close = (mask: Uint8Array, grid: Grid, radiusMm: number): Uint8Array =>
  erode(dilate(mask, grid, radiusMm), grid, radiusMm);

/** Keeps what a ball of this radius can sweep inside the mask. */
export const open = (mask: Uint8Array, grid: Grid, radiusMm: number): Uint8Array =>
  dilate(erode(mask, grid, radiusMm), grid, radiusMm);

/** Squared distance to the nearest voxel of the mask in the same row, mm^2; FAR beyond the radius. */
function rowDistances(mask: Uint8Array, { size: [nx], spacing: [mm] }: Grid, radiusMm: number): Float32Array {
  const reach = Math.floor(radiusMm / mm + 1e-9);
  const squared = new Float32Array(mask.length).fill(FAR);
  const squares = Float32Array.from({ length: reach + 1 }, (_, steps) => (steps * mm) ** 2);
  for (let row = 0; row < mask.length; row += nx) {
    for (let x = 0, since = reach + 1; x < nx; x++) {
      since = mask[row + x] === 0 ? since + 1 : 0;
      if (since <= reach) squared[row + x] = squares[since];
    }
    for (let x = nx - 1, since = reach + 1; x >= 0; x--) {
      since = mask[row + x] === 0 ? since + 1 : 0;
      if (since <= reach && squares[since] < squared[row + x]) squared[row + x] = squares[since];
    }
  }
  return squared;
}

/** Minimum over the neighbours along an axis of their value plus the squared way to them. */
function alongAxis(distance: Float32Array, grid: Grid, axis: 1 | 2, radiusMm: number): Float32Array {
  const [nx, ny, nz] = grid.size;
  const mm = grid.spacing[axis];
  const reach = Math.floor(radiusMm / mm + 1e-9);
  const stride = axis === 1 ? nx : nx * ny;
  const length = axis === 1 ? ny : nz;
  const nearest = distance.slice();
  for (let row = 0, r = 0; row < distance.length; row += nx, r++) {
    if (!hasNear(distance, row, nx)) continue;
    const at = axis === 1 ? r % ny : Math.floor(r / ny);
    for (let step = -Math.min(reach, at); step <= Math.min(reach, length - 1 - at); step++) {
      if (step === 0) continue;
      const way = (step * mm) ** 2;
      const target = row + step * stride;
      for (let x = 0; x < nx; x++) {
        const through = distance[row + x] + way;
        if (through < nearest[target + x]) nearest[target + x] = through;
      }
    }
  }
  return nearest;
}

function hasNear(distance: Float32Array, row: number, nx: number): boolean {
  for (let x = 0; x < nx; x++) if (distance[row + x] < FAR) return true;
  return false;
}
