/** Sums of clamped voxels over the rows and planes of blocks, column by column: int16 by a SIMD kernel, float32 plainly. */
import { loadKernel } from '../../kernels/load-kernel.js';
import { scratchMemory } from '../../kernels/scratch-memory.js';
import type { CtVolume } from '../space/volume.js';

/** `[blocks along y, nx]` for the planes from one to before another; overwritten by the next call. */
export type ColumnSums = (fromZ: number, toZ: number) => Int32Array | Float64Array;

interface Kernel {
  readonly addPlane: (
    plane: number,
    width: number,
    cuts: number,
    blocks: number,
    sums: number,
    low: number,
    high: number,
  ) => void;
}

/**
 * @param cuts the row at which each block along y begins, and the end of the last
 * @param low, high what voxels are clamped to, whole numbers; NaN counts as low
 */
export function columnSums(
  { voxels, geometry: { size } }: CtVolume,
  cuts: Int32Array,
  low: number,
  high: number,
): ColumnSums {
  return voxels instanceof Int16Array
    ? kernelSums(voxels, size, cuts, low, high)
    : plainSums(voxels, size, cuts, low, high);
}

/** Planes are copied to where the kernel can read them, one at a time: they stay in the cache. */
function kernelSums(
  voxels: Int16Array,
  [nx, ny]: readonly [number, number, number],
  cuts: Int32Array,
  low: number,
  high: number,
): ColumnSums {
  const blocks = cuts.length - 1;
  const [sumsAt, cutsAt] = [0, 4 * nx * blocks];
  const planeAt = cutsAt + 4 * cuts.length;
  const memory = scratchMemory(planeAt + 2 * nx * ny);
  const { addPlane } = loadKernel('column-sums', memory) as Kernel;
  const sums = new Int32Array(memory.buffer, sumsAt, nx * blocks);
  new Int32Array(memory.buffer, cutsAt, cuts.length).set(cuts);
  const plane = new Int16Array(memory.buffer, planeAt, nx * ny);
  return (fromZ, toZ) => {
    sums.fill(0);
    for (let z = fromZ; z < toZ; z++) {
      plane.set(voxels.subarray(z * nx * ny, (z + 1) * nx * ny));
      addPlane(planeAt, nx, cutsAt, blocks, sumsAt, low, high);
    }
    return sums;
  };
}

function plainSums(
  voxels: Float32Array,
  [nx, ny]: readonly [number, number, number],
  cuts: Int32Array,
  low: number,
  high: number,
): ColumnSums {
  const sums = new Float64Array(nx * (cuts.length - 1));
  return (fromZ, toZ) => {
    sums.fill(0);
    for (let z = fromZ; z < toZ; z++) {
      for (let y = 0, block = 0; y < ny; y++) {
        if (y === cuts[block + 1]) block++;
        const row = nx * (y + ny * z);
        const to = nx * block;
        for (let x = 0; x < nx; x++) {
          const value = voxels[row + x];
          sums[to + x] += value > low ? (value < high ? value : high) : low;
        }
      }
    }
    return sums;
  };
}
