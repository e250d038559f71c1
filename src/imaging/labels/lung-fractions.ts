/** Lung masks on a coarse grid: the share of each block that is right and left lung. */
import type { Geometry } from '../space/geometry.js';
import { indexToPoint } from '../space/geometry.js';
import { LEFT_LUNG, RIGHT_LUNG, voxelCount, type LungLabels } from '../space/volume.js';

/** Shares from 0 to 1, x fastest; what lies beyond the labelled grid counts as background. */
export interface LungFractions {
  readonly right: Float32Array<SharedArrayBuffer>;
  readonly left: Float32Array<SharedArrayBuffer>;
  readonly geometry: Geometry;
}

/** Counts labels in blocks of whole voxels, as near as they come to cubes of `blockMm`: one pass over the mask. */
export function lungFractions({ voxels, geometry }: LungLabels, blockMm: number): LungFractions {
  const [nx, ny, nz] = geometry.size;
  const block = geometry.spacing.map((mm) => Math.max(1, Math.round(blockMm / mm)));
  const coarse = coarsen(geometry, block);
  const fractions = allocate(coarse);
  const [mx, my] = coarse.size;
  const { right, left } = fractions;
  const share = 1 / (block[0] * block[1] * block[2]);
  const columnOf = Uint32Array.from({ length: nx }, (_, x) => Math.floor(x / block[0]));
  const words = new Uint32Array(voxels.buffer, 0, voxels.buffer.byteLength >> 2);

  for (let z = 0; z < nz; z++) {
    for (let y = 0; y < ny; y++) {
      const row = mx * (Math.floor(y / block[1]) + my * Math.floor(z / block[2]));
      const start = nx * (y + ny * z);
      const byte = voxels.byteOffset + start;
      const lastWord = (byte + nx) >>> 2;
      for (let x = 0; x < nx; x++) {
        // Most of a chest is not lung: leap over background four voxels at a time.
        if (((byte + x) & 3) === 0) {
          let word = (byte + x) >>> 2;
          while (word < lastWord && words[word] === 0) word++;
          x = 4 * word - byte;
          if (x === nx) break;
        }
        const label = voxels[start + x];
        if (label === RIGHT_LUNG) right[row + columnOf[x]]++;
        else if (label === LEFT_LUNG) left[row + columnOf[x]]++;
      }
    }
  }
  for (let i = 0; i < right.length; i++) {
    right[i] *= share;
    left[i] *= share;
  }
  return fractions;
}

/** The next level of a pyramid: means of 2 x 2 x 2 blocks. */
export function halveFractions(fine: LungFractions): LungFractions {
  const fractions = allocate(coarsen(fine.geometry, [2, 2, 2]));
  const [nx, ny, nz] = fine.geometry.size;
  const [mx, my] = fractions.geometry.size;
  for (let z = 0, i = 0; z < nz; z++)
    for (let y = 0; y < ny; y++)
      for (let x = 0; x < nx; x++, i++) {
        const to = (x >> 1) + mx * ((y >> 1) + my * (z >> 1));
        fractions.right[to] += fine.right[i] / 8;
        fractions.left[to] += fine.left[i] / 8;
      }
  return fractions;
}

/** The grid of block centres. */
function coarsen(fine: Geometry, [bx, by, bz]: readonly number[]): Geometry {
  const { size, spacing } = fine;
  return {
    size: [Math.ceil(size[0] / bx), Math.ceil(size[1] / by), Math.ceil(size[2] / bz)],
    spacing: [spacing[0] * bx, spacing[1] * by, spacing[2] * bz],
    origin: indexToPoint(fine, [(bx - 1) / 2, (by - 1) / 2, (bz - 1) / 2]),
    direction: fine.direction,
  };
}

function allocate(geometry: Geometry): LungFractions {
  const shared = () => new Float32Array(new SharedArrayBuffer(4 * voxelCount(geometry)));
  return { right: shared(), left: shared(), geometry };
}
