/** B-spline coefficients of a strip of a scan, a window of slices at a time: a whole scan of them would take gigabytes. */
import { loadKernel } from '../../kernels/load-kernel.js';
import type { MemoryPlan } from '../../kernels/memory-plan.js';
import { causalReach, DECAY, GAIN, HORIZON, MIRROR_END, POLE, type Range } from './b-spline.js';
import type { CtVolume } from '../space/volume.js';

interface Kernels {
  filterSlice(...numbers: readonly number[]): void;
  enterSlice(...numbers: readonly number[]): void;
  startRings(...numbers: readonly number[]): void;
  filterBack(...numbers: readonly number[]): void;
}

/** Slices finished at a time. */
export const CHUNK = 48;
/** An interpolated slice reaches so many slices back from the newest that it uses. */
export const REACH = 3;
/** Slices held at once. */
const HELD = CHUNK + DECAY + REACH;

/** Doubles that the kernels take at once: rows are padded to a multiple. */
const STEP = 16;
/** Lines and samples come in eights where they are turned. */
const EIGHT = 8;
const roundUp = (count: number, step: number): number => step * Math.ceil(count / step);

/** Bytes of a row of coefficients. */
export const rowBytes = ({ from, to }: Range): number => 8 * roundUp(to - from, STEP);

/** Bytes of a window over so many columns and rows. */
export const windowBytes = (columns: number, rows: number): number =>
  HELD * rows * rowBytes({ from: 0, to: columns });

/** Where the parts of a scan's box lie, of which the coefficients are wanted. */
export interface Strip {
  readonly columns: Range;
  readonly rows: Range;
  readonly slices: Range;
}

export interface CoefficientWindow {
  /** Filters on until the slices below `to`, at most `CHUNK` more than before, can be finished. */
  advance(to: number): void;
  /** Writes one row's coefficients of the slices that `advance` came to, and of `REACH` before: `[slice, column]`, `rowBytes` each. */
  finish(row: number, slices: Range, into: number): void;
}

/** With `DECAY` samples before and after, as far as there are any: what lies beyond is forgotten on the way. */
const withDecay = ({ from, to }: Range, length: number): Range => ({
  from: Math.max(0, from - DECAY),
  to: Math.min(length, to + DECAY),
});

/**
 * Rows of the scan are filtered along x, then y, then z, each from `DECAY` voxels before the strip to as many after.
 * What it needs is taken of `plan`; the function that comes back makes the window once the memory is there.
 * @param scan at least 2 voxels along each axis
 */
export function planWindow(
  { voxels, geometry }: CtVolume,
  { columns, rows, slices }: Strip,
  plan: MemoryPlan,
): (memory: WebAssembly.Memory) => CoefficientWindow {
  const [nx, ny, nz] = geometry.size;
  const [x, y, z] = [withDecay(columns, nx), withDecay(rows, ny), withDecay(slices, nz)];
  const [lines, samples, depth] = [y.to - y.from, x.to - x.from, z.to - z.from];
  const bytes = rowBytes(columns);
  const voxelBytes = voxels.BYTES_PER_ELEMENT;
  const held = Math.min(HELD, depth);
  const ringBytes = held * bytes;
  const height = rows.to - rows.from;

  const slabBytes = roundUp(lines, EIGHT) * nx * voxelBytes + EIGHT * voxelBytes;
  const slab = plan.take(slabBytes);
  const batch = plan.take(8 * EIGHT * roundUp(samples, EIGHT));
  const slice = plan.take(roundUp(lines, EIGHT) * bytes);
  const rings = plan.take(height * ringBytes);

  return (memory) => {
    const kernels = loadKernel('spline-prefilter', memory) as Kernels;
    // Nothing is known of scratch memory: what pads lines and rows must be numbers.
    new Uint8Array(memory.buffer, slab, slice + roundUp(lines, EIGHT) * bytes - slab).fill(0);
    const lent =
      voxels instanceof Int16Array ? new Int16Array(memory.buffer) : new Float32Array(memory.buffer);
    const ringAt = (k: number) => rings + ((k - z.from) % held) * bytes;
    let entered = z.from;

    function filterNext(): void {
      const from = nx * (y.from + ny * entered);
      lent.set(voxels.subarray(from, from + nx * lines), slab / voxelBytes);
      // prettier-ignore
      kernels.filterSlice(
        slab + x.from * voxelBytes, voxelBytes, nx * voxelBytes, lines, samples,
        columns.from - x.from, columns.to - x.from, batch, slice, bytes,
        HORIZON, POLE, GAIN, MIRROR_END, POLE ** (samples - 1), POLE ** (lines - 1),
      );
    }

    /** @param before where the slice before lies, or the slice itself to be kept as it is */
    function enter(before: number): void {
      filterNext();
      const wanted = slice + (rows.from - y.from) * bytes;
      kernels.enterSlice(wanted, height, bytes, ringAt(entered), ringBytes, ringAt(before), POLE, GAIN);
      entered++;
    }

    return {
      advance(to) {
        const end = Math.min(z.to, to + DECAY);
        if (entered === z.from) {
          const reach = causalReach(depth);
          for (let k = 0; k < reach; k++) enter(entered);
          const far = POLE ** (depth - 1);
          kernels.startRings(rings, ringBytes, height, bytes, reach, depth, HORIZON, POLE, GAIN, far);
        }
        while (entered < end) enter(entered - 1);
      },
      finish(row, { from, to }, into) {
        const ring = rings + (row - rows.from) * ringBytes;
        const [first, last, end] = [from - z.from, to - z.from, entered - z.from];
        kernels.filterBack(ring, held, bytes, first, last, end, into, POLE, MIRROR_END);
      },
    };
  };
}
