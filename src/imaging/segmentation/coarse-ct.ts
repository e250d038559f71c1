/** The scan as lungs are looked for in it: block means of about 2 mm, axes to the patient's left, back and head. */
import { blockMean, blocksOf, type Blocks } from '../resampling/block-mean.js';
import { fieldOfView } from '../space/field-of-view.js';
import type { Grid } from '../space/grid.js';
import { measuredBlocks } from '../resampling/measured-blocks.js';
import type { RowExtents } from '../labels/row-extents.js';
import { AIR_HU, type CtVolume } from '../space/volume.js';

export interface CoarseCt {
  /** Mean HU of each block's measured voxels, from AIR_HU to DENSE_HU. */
  readonly hu: Int16Array;
  /** 1 for each block that lies in the field of view, if only in part. */
  readonly measured: Uint8Array;
  readonly grid: Grid;
  /** Below this a block counts as air, HU. */
  readonly airBelowHu: number;
}

export interface Coarsened {
  readonly coarse: CoarseCt;
  readonly blocks: Blocks;
  /** Where each row of the scan's own voxels was measured; undefined: everywhere. */
  readonly field: RowExtents | undefined;
}

export const DENSE_HU = 300;
/** Edge of a block, mm, to the nearest whole number of voxels. */
export const BLOCK_MM = 2.2;

export function coarsen(ct: CtVolume, airBelowHu: number): Coarsened {
  const blocks = blocksOf(ct.geometry, BLOCK_MM);
  const field = fieldOfView(ct);
  const hu = blockMean(ct, blocks, AIR_HU, DENSE_HU);
  const measured = measuredBlocks(hu, ct, blocks, field, AIR_HU, DENSE_HU);
  return { coarse: { hu, measured, grid: blocks.grid, airBelowHu }, blocks, field };
}

/** One block in so many tells how the values are spread. */
const SAMPLED = 7;

/** The value below which (or at which) this share of the measured blocks lies, HU. */
export function percentile({ hu, measured }: CoarseCt, share: number): number {
  const counts = new Uint32Array(DENSE_HU - AIR_HU + 1);
  let all = 0;
  for (let i = 0; i < hu.length; i += SAMPLED) {
    if (measured[i] === 0) continue;
    counts[hu[i] - AIR_HU]++;
    all++;
  }
  let bin = 0;
  for (let below = counts[0]; below < share * all; below += counts[bin]) bin++;
  return bin + AIR_HU;
}
