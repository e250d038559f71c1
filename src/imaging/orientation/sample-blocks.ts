/** A labelled chest on a coarse grid by some of its voxels: to tell which way round it lies, not all need be read. */
import { AIR_HU, voxelCount, type CtVolume, type LungLabels } from '../volume.js';
import { blocksOf } from '../block-mean.js';
import type { ChestBlocks } from './blocks.js';

/** Brighter counts as this: metal must not weigh more than bone, HU. */
const DENSE_HU = 300;

/** Edge of a block, mm: what is told hardly changes from 2 to 6 mm. */
const BLOCK_MM = 4.4;

/** Of each block the mean HU of its middle row in each slice, and the label of the voxel in its middle. */
export function sampleBlocks({ voxels }: CtVolume, lungs: LungLabels): ChestBlocks {
  const { geometry } = lungs;
  const { grid, cuts, offsets } = blocksOf(geometry, BLOCK_MM);
  const hu = new Int16Array(voxelCount(grid));
  const labels = new Uint8Array(hu.length);
  const [nx, ny] = geometry.size;
  const [xCuts, yCuts, zCuts] = cuts;
  const steps = xCuts.subarray(0, -1).map((first) => offsets[0][first]);
  const sums = new Float64Array(steps.length);
  for (let c = 0; c < zCuts.length - 1; c++)
    for (let b = 0; b < yCuts.length - 1; b++) {
      const j = middle(yCuts, b);
      sums.fill(0);
      for (let k = zCuts[c]; k < zCuts[c + 1]; k++) addRow(voxels, nx * (j + ny * k), xCuts, sums);
      const base = offsets[1][j] + offsets[2][zCuts[c]];
      const row = nx * (j + ny * middle(zCuts, c));
      for (let a = 0; a < steps.length; a++) {
        const count = (zCuts[c + 1] - zCuts[c]) * (xCuts[a + 1] - xCuts[a]);
        hu[base + steps[a]] = sums[a] / count;
        labels[base + steps[a]] = lungs.voxels[row + middle(xCuts, a)];
      }
    }
  return { hu, labels, grid };
}

const middle = (cuts: Int32Array, block: number): number => (cuts[block] + cuts[block + 1] - 1) >> 1;

/** Values are clamped first; NaN counts as air. */
function addRow(voxels: CtVolume['voxels'], row: number, cuts: Int32Array, sums: Float64Array): void {
  for (let a = 0; a < sums.length; a++) {
    let sum = 0;
    for (let i = row + cuts[a]; i < row + cuts[a + 1]; i++) {
      const value = voxels[i];
      sum += value > AIR_HU ? (value < DENSE_HU ? value : DENSE_HU) : AIR_HU;
    }
    sums[a] += sum;
  }
}
