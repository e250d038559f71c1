/** A chest on a coarse grid, as evidence of its orientation is read from it. */
import type { Grid } from '../space/grid.js';
import { LEFT_LUNG, RIGHT_LUNG } from '../space/volume.js';
import type { Turn } from './turn.js';

/** Axes to what the header calls the patient's left, back and head. */
export interface ChestBlocks {
  /** Mean HU of each block. */
  readonly hu: Int16Array;
  /** 1 = right lung, 2 = left lung. */
  readonly labels: Uint8Array;
  readonly grid: Grid;
}

/** The same chest seen the other way round along some axes; its lungs keep to be named by side. */
export function flipBlocks(
  { hu, labels, grid }: ChestBlocks,
  [flipX, flipY, flipZ]: Turn['flips'],
): ChestBlocks {
  const [nx, ny, nz] = grid.size;
  const flipped = { hu: new Int16Array(hu.length), labels: new Uint8Array(labels.length), grid };
  for (let z = 0, to = 0; z < nz; z++)
    for (let y = 0; y < ny; y++) {
      const row = nx * ((flipY ? ny - 1 - y : y) + ny * (flipZ ? nz - 1 - z : z));
      for (let x = 0; x < nx; x++, to++) {
        const from = row + (flipX ? nx - 1 - x : x);
        flipped.hu[to] = hu[from];
        flipped.labels[to] = labels[from];
      }
    }
  return flipX ? exchangeSides(flipped) : flipped;
}

/** The lungs named the other way round. */
export const exchangeSides = (chest: ChestBlocks): ChestBlocks => ({
  ...chest,
  labels: chest.labels.map((label) => (label === 0 ? 0 : RIGHT_LUNG + LEFT_LUNG - label)),
});
