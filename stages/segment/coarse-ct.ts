/** The scan as lungs are looked for in it: block means of about 2 mm, axes to the patient's left, back and head. */
import type { Grid } from '../../src/imaging/grid.js';

export interface CoarseCt {
  /** Mean HU of each block, from AIR_HU to DENSE_HU. */
  readonly hu: Int16Array;
  readonly grid: Grid;
  /** Below this a block counts as air, HU. */
  readonly airBelowHu: number;
}

export const DENSE_HU = 300;
/** Edge of a block, mm, to the nearest whole number of voxels. */
export const BLOCK_MM = 2.2;
