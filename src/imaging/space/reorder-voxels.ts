/** Moves the voxels of a volume to where another storage order has them. */
import { sharedMemory } from '../../core/shared-memory.js';
import type { VoxelArray } from './volume.js';

type Triple<T> = readonly [T, T, T];
type Axis = 0 | 1 | 2;

/** In place. */
export function reverseAxis(voxels: VoxelArray, [nx, ny, nz]: Triple<number>, axis: Axis): void {
  if (axis === 0) for (let row = 0; row < voxels.length; row += nx) voxels.subarray(row, row + nx).reverse();
  else if (axis === 1) for (let z = 0; z < nz; z++) reverseBlocks(voxels, nx, nx * ny * z, ny);
  else reverseBlocks(voxels, nx * ny, 0, nz);
}

/** Turns round the order of `count` blocks that begin at `start`; each stays as it is. */
function reverseBlocks(voxels: VoxelArray, length: number, start: number, count: number): void {
  const kept = voxels.slice(0, length);
  for (let low = start, high = start + length * (count - 1); low < high; low += length, high -= length) {
    kept.set(voxels.subarray(low, low + length));
    voxels.copyWithin(low, high, high + length);
    voxels.set(kept, high);
  }
}

/** A copy whose axis a is the old axis `axes[a]`, reversed where `reversed[a]`. */
export function permuteVoxels<A extends VoxelArray>(
  voxels: A,
  size: Triple<number>,
  axes: Triple<Axis>,
  reversed: Triple<boolean>,
): A {
  const type = voxels.constructor as new (buffer: SharedArrayBuffer) => A;
  const to = new type(sharedMemory(voxels.length * voxels.BYTES_PER_ELEMENT));
  const stride = [1, size[0], size[0] * size[1]] as const;
  const count = axes.map((axis) => size[axis]);
  const toStride = [1, count[0], count[0] * count[1]];
  const line = (a: number): Line => ({
    count: count[a],
    from: reversed[a] ? -stride[axes[a]] : stride[axes[a]],
    to: toStride[a],
  });
  const start = axes.reduce<number>(
    (sum, axis, a) => sum + (reversed[a] ? (size[axis] - 1) * stride[axis] : 0),
    0,
  );
  const run = axes.indexOf(0);
  if (run === 0) copyRows(voxels, to, start, [line(0), line(1), line(2)]);
  else exchange(voxels, to, start, line(0), line(run), line(3 - run));
  return to;
}

/** An axis of the copy: its voxels, and from each to the next in the old memory and in the new. */
interface Line {
  readonly count: number;
  readonly from: number;
  readonly to: number;
}

/** Rows stay rows. */
function copyRows(voxels: VoxelArray, to: VoxelArray, start: number, [x, y, z]: Triple<Line>): void {
  const low = x.from < 0 ? 1 - x.count : 0;
  for (let k = 0; k < z.count; k++)
    for (let j = 0; j < y.count; j++) {
      const from = start + j * y.from + k * z.from + low;
      const at = j * y.to + k * z.to;
      to.set(voxels.subarray(from, from + x.count), at);
      if (low < 0) to.subarray(at, at + x.count).reverse();
    }
}

/** Edge of the square in which two axes change places: its lines, old and new, stay in a core's nearest caches. */
const TILE = 64;

/**
 * @param row of the copy
 * @param run along which the old rows run
 */
function exchange(voxels: VoxelArray, to: VoxelArray, start: number, row: Line, run: Line, rest: Line): void {
  for (let k = 0; k < rest.count; k++)
    for (let i = 0; i < row.count; i += TILE)
      for (let j = 0; j < run.count; j += TILE) {
        const from = start + i * row.from + j * run.from + k * rest.from;
        const at = i + j * run.to + k * rest.to;
        const [wide, high] = [Math.min(TILE, row.count - i), Math.min(TILE, run.count - j)];
        exchangeTile(voxels, to, from, at, wide, high, row.from, run.from, run.to);
      }
}

/** Numbers alone, and a function of its own: so it runs at the speed of memory. */
function exchangeTile(
  voxels: VoxelArray,
  to: VoxelArray,
  from: number,
  at: number,
  wide: number,
  high: number,
  fromStep: number,
  fromLine: number,
  toLine: number,
): void {
  for (let b = 0; b < high; b++, from += fromLine, at += toLine)
    for (let a = 0, old = from; a < wide; a++, old += fromStep) to[at + a] = voxels[old];
}
