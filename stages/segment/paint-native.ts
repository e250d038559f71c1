/** Brings coarse labels to the scan's own voxels; along the border each voxel is judged by its own HU. */
import type { Blocks } from '../../src/imaging/block-mean.js';
import { LEFT_LUNG, RIGHT_LUNG, type CtVolume, type LungLabels } from '../../src/imaging/volume.js';
import type { CoarseCt } from './coarse-ct.js';

/** Block of which each voxel must be judged. */
const MIXED = 255;

export function paintNative(
  { voxels, geometry }: CtVolume,
  blocks: Blocks,
  labels: Uint8Array,
  coarse: CoarseCt,
): LungLabels {
  const { airBelowHu } = coarse;
  const paint = paintOf(labels, coarse);
  const painted = new Uint8Array(new SharedArrayBuffer(voxels.length));
  const [nx, ny, nz] = geometry.size;
  const [xs, ys, zs] = blocks.offsets;
  const [towardsX, towardsY, towardsZ] = blocks.towards;
  const isAir = (block: number) => coarse.hu[block] < airBelowHu;
  for (let k = 0, row = 0; k < nz; k++) {
    for (let j = 0; j < ny; j++, row += nx) {
      const base = ys[j] + zs[k];
      for (let i = 0; i < nx;) {
        const x = xs[i];
        const first = i;
        do i++;
        while (i < nx && xs[i] === x);
        const block = base + x;
        const code = paint[block];
        if (code === 0) continue;
        if (code !== MIXED) {
          painted.fill(code, row + first, row + i);
          continue;
        }
        const own = labels[block];
        for (let v = first; v < i; v++) {
          const airy = !(voxels[row + v] >= airBelowHu);
          if (own !== 0) {
            // Blocks filled by the closing are tissue and count whole; the others end where their air ends.
            if (airy || !isAir(block)) painted[row + v] = own;
          } else if (airy) {
            const claims =
              labels[block + towardsX[v]] | labels[block + towardsY[j]] | labels[block + towardsZ[k]];
            if (claims !== (RIGHT_LUNG | LEFT_LUNG)) painted[row + v] = claims; // between both: neither's
          }
        }
      }
    }
  }
  return { voxels: painted, geometry };
}

/** For each block: 0, a label for all its voxels, or MIXED. */
function paintOf(
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
  const nxy = nx * ny;
  for (let z = 0, i = 0; z < nz; z++) {
    for (let y = 0; y < ny; y++) {
      for (let x = 0; x < nx; x++, i++) {
        // Air that is no lung (airway, bowel) may lie against the lung: nothing of it is taken.
        const closed = labels[i] === 0 && hu[i] < airBelowHu;
        if (closed) continue;
        const isLung = labels[i] !== 0;
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
}
