/** The box around a label as a grid of its own, so that morphology costs by the organ, not by the scan. */
import type { Grid } from './grid.js';
import { stretchEnds } from '../labels/stretch.js';
import { voxelCount } from './volume.js';

export interface Crop {
  readonly grid: Grid;
  /** 1 where the whole grid has the label. */
  readonly mask: Uint8Array;
  /** Calls back for each row of the box that lies in the whole grid: its first voxel there, in the crop, and its length. */
  eachRow(visit: (inGrid: number, inCrop: number, length: number) => void): void;
}

type Triple = readonly [number, number, number];

/** @param marginMm empty room on all sides, also beyond the whole grid; undefined when no voxel has the label */
export function cropAround(
  labels: Uint8Array,
  whole: Grid,
  label: number,
  marginMm: number,
): Crop | undefined {
  const box = boxOf(labels, whole, label);
  if (!box) return undefined;
  const [nx, ny] = whole.size;
  const { low, size: inner } = box;
  const margin = whole.spacing.map((mm) => Math.ceil(marginMm / mm) + 1);
  const size = [inner[0] + 2 * margin[0], inner[1] + 2 * margin[1], inner[2] + 2 * margin[2]] as const;
  const from = low.map((first, a) => first - margin[a]);
  const span = (a: 0 | 1 | 2) => [Math.max(0, from[a]), Math.min(whole.size[a], from[a] + size[a])];
  const [[x0, x1], [y0, y1], [z0, z1]] = [span(0), span(1), span(2)];
  const mask = new Uint8Array(voxelCount({ size }));
  const crop: Crop = {
    grid: { size, spacing: whole.spacing },
    mask,
    eachRow: (visit) => {
      for (let z = z0; z < z1; z++) {
        for (let y = y0; y < y1; y++) {
          const inCrop = x0 - from[0] + size[0] * (y - from[1] + size[1] * (z - from[2]));
          visit(x0 + nx * (y + ny * z), inCrop, x1 - x0);
        }
      }
    },
  };
  crop.eachRow((inGrid, inCrop, length) => {
    for (let x = 0; x < length; x++) mask[inCrop + x] = labels[inGrid + x] === label ? 1 : 0;
  });
  return crop;
}

function boxOf(
  labels: Uint8Array,
  { size: [nx, ny, nz] }: Grid,
  label: number,
): { low: Triple; size: Triple } | undefined {
  let [x0, x1, y0, y1, z0, z1] = [nx, -1, ny, -1, nz, -1];
  const stretchEnd = stretchEnds(labels);
  for (let z = 0, row = 0; z < nz; z++) {
    for (let y = 0; y < ny; y++, row += nx) {
      let first = 0;
      while (first < nx && labels[row + first] !== label)
        first = stretchEnd(row + first, row + nx, labels[row + first]) - row;
      if (first === nx) continue;
      let last = nx - 1;
      while (labels[row + last] !== label) last--;
      x0 = Math.min(x0, first);
      x1 = Math.max(x1, last);
      y0 = Math.min(y0, y);
      y1 = Math.max(y1, y);
      z0 = Math.min(z0, z);
      z1 = z;
    }
  }
  return x1 < 0 ? undefined : { low: [x0, y0, z0], size: [x1 - x0 + 1, y1 - y0 + 1, z1 - z0 + 1] };
}
