/** Block means on a coarse grid whose axes run to the patient's left, back and head, whatever the scan's own axes. */
import { anatomicalAxes } from './anatomical-axes.js';
import type { Geometry } from './geometry.js';
import type { Grid } from './grid.js';
import { voxelCount, type CtVolume } from './volume.js';

/** How the voxels of a scan fall into the blocks of a coarse grid: `coarseIndex = offsets[0][i] + offsets[1][j] + offsets[2][k]`. */
export interface Blocks {
  readonly grid: Grid;
  /** For each of the scan's axes, by voxel index. */
  readonly offsets: readonly [Int32Array, Int32Array, Int32Array];
  /** For each of the scan's axes, by voxel index: the step in coarse index to the neighbour block on the voxel's side of its block, or 0 in the middle. */
  readonly towards: readonly [Int32Array, Int32Array, Int32Array];
}

/** Blocks of about `targetMm` on a side (never less than a voxel), aligned with the anatomical low end of the scan. */
export function blocksOf(geometry: Geometry, targetMm: number): Blocks {
  const patient = anatomicalAxes(geometry);
  const edge = geometry.spacing.map((mm) => Math.max(1, Math.round(targetMm / mm)));
  const count = (p: 0 | 1 | 2) => Math.ceil(geometry.size[patient[p].axis] / edge[patient[p].axis]);
  const mm = (p: 0 | 1 | 2) => geometry.spacing[patient[p].axis] * edge[patient[p].axis];
  const size = [count(0), count(1), count(2)] as const;
  const strides = [1, size[0], size[0] * size[1]];
  const tables = ([0, 1, 2] as const).map((axis) => {
    const p = patient.findIndex((found) => found.axis === axis);
    const length = geometry.size[axis];
    const offsets = new Int32Array(length);
    const towards = new Int32Array(length);
    for (let i = 0; i < length; i++) {
      const along = patient[p].flipped ? length - 1 - i : i;
      const block = Math.floor(along / edge[axis]);
      const side = Math.sign(along - block * edge[axis] - (edge[axis] - 1) / 2);
      offsets[i] = block * strides[p];
      towards[i] = block + side >= 0 && block + side < size[p] ? side * strides[p] : 0;
    }
    return { offsets, towards };
  });
  return {
    grid: { size, spacing: [mm(0), mm(1), mm(2)] },
    offsets: [tables[0].offsets, tables[1].offsets, tables[2].offsets],
    towards: [tables[0].towards, tables[1].towards, tables[2].towards],
  };
}

/** Mean HU of each block, values clamped to [low, high] first (padding and metal must not weigh more than air and bone). NaN counts as low. */
export function blockMean(
  { voxels, geometry }: CtVolume,
  blocks: Blocks,
  low: number,
  high: number,
): Int16Array {
  const [nx, ny, nz] = geometry.size;
  const [xs, ys, zs] = blocks.offsets;
  const total = voxelCount(blocks.grid);
  const sums = new Float64Array(total);
  const counts = new Uint16Array(total);
  for (let k = 0, row = 0; k < nz; k++) {
    for (let j = 0; j < ny; j++, row += nx) {
      const base = ys[j] + zs[k];
      for (let i = 0; i < nx;) {
        const x = xs[i];
        const first = i;
        let sum = 0;
        for (; i < nx && xs[i] === x; i++) {
          const v = voxels[row + i];
          sum += v > low ? (v < high ? v : high) : low;
        }
        sums[base + x] += sum;
        counts[base + x] += i - first;
      }
    }
  }
  const means = new Int16Array(total);
  for (let c = 0; c < total; c++) means[c] = Math.round(sums[c] / counts[c]);
  return means;
}
