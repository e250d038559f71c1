/** How each block of the coarse grid is painted. */
import { rowExtents } from '../labels/row-extents.js';
import type { CoarseCt } from './coarse-ct.js';

/** Block of which each voxel must be judged. */
export const MIXED = 255;

/** For each block: 0, a label for all its voxels, or MIXED. */
export function paintOf(
  labels: Uint8Array,
  {
    hu,
    grid: {
      size: [nx, ny, nz],
    },
    airBelowHu,
  }: CoarseCt,
): Uint8Array {
  const paint = labels.slice();
  const extents = rowExtents(labels, nx);
  const nxy = nx * ny;
  for (let z = 0, row = 0; z < nz; z++) {
    for (let y = 0; y < ny; y++, row++) {
      const [first, end] = reached(extents, row, y, z);
      for (let x = first; x < end; x++) {
        const i = nx * row + x;
        // Air that is no lung (airway, bowel) may lie against the lung: nothing of it is taken. Tissue that is lung
        // was filled by the closing: it counts whole.
        const isLung = labels[i] !== 0;
        if (isLung !== hu[i] < airBelowHu) continue;
        const border =
          (x > 0 && (labels[i - 1] !== 0) !== isLung) ||
          (x < nx - 1 && (labels[i + 1] !== 0) !== isLung) ||
          (y > 0 && (labels[i - nx] !== 0) !== isLung) ||
          (y < ny - 1 && (labels[i + nx] !== 0) !== isLung) ||
          (z > 0 && (labels[i - nxy] !== 0) !== isLung) ||
          (z < nz - 1 && (labels[i + nxy] !== 0) !== isLung);
        if (border) paint[i] = MIXED;
      }
    }
  }
  return paint;

  /** Where in a row a block may touch a lung: from, to. */
  function reached(of: Int32Array, row: number, y: number, z: number): [number, number] {
    let [from, to] = [nx, 0];
    const include = (other: number, beside: number) => {
      if (of[2 * other] === of[2 * other + 1]) return;
      from = Math.min(from, Math.max(0, of[2 * other] - beside));
      to = Math.max(to, Math.min(nx, of[2 * other + 1] + beside));
    };
    include(row, 1);
    if (y > 0) include(row - 1, 0);
    if (y < ny - 1) include(row + 1, 0);
    if (z > 0) include(row - ny, 0);
    if (z < nz - 1) include(row + ny, 0);
    return [from, to];
  }
}
