/** Interpolates the slices of a strip from B-spline coefficients that come row by row: along z, then y, then x. */
import { loadKernel } from '../../kernels/load-kernel.js';
import type { MemoryPlan } from '../../kernels/memory-plan.js';
import type { Range, Taps } from './b-spline.js';
import { CHUNK, REACH, rowBytes, type Strip } from './coefficient-window.js';

interface Kernels {
  blendDepth(...numbers: readonly number[]): void;
  interpolateRow(...numbers: readonly number[]): void;
}

/** Rows of coefficients that an interpolated row is made of. */
const TAPS = 4;
/** Slices that the kernel takes together. */
const GROUP = 4;

/** A group of interpolated slices that are finished together. */
export interface Slab {
  /** Interpolated slices. */
  readonly wanted: Range;
  /** The scan's slices that hold what they need. */
  readonly slices: Range;
  /** `[slices, 4]` for the slices wanted: x from, x to, y from, y to; all of them where taps lie inside. */
  readonly rectangles: Int32Array;
  /** `[slices, 2]`: rows of the scan under each rectangle, from and to; equal where it is empty. */
  readonly used: Int32Array;
}

export interface StripInterpolator {
  begin(slab: Slab): void;
  /** Where the coefficients of a row belong, `[slice, column]`, before `take`. */
  room(row: number): number;
  /** Takes up the coefficients of the next row. */
  take(row: number): void;
  /** Row j of all slices of the slab, `[slice, columns wanted]`; needs rows up to its last sample to have been taken, overwritten by the next call. */
  row(j: number): Int16Array | Float32Array;
}

/**
 * What it needs is taken of `plan`; the function that comes back makes the interpolator once the memory is there.
 * @param across voxels wanted along x
 * @param mostSlices of a slab
 * @param rounded whether values are cut off to int16; otherwise they stay float32
 */
export function planInterpolator(
  [tx, ty, tz]: readonly [Taps, Taps, Taps],
  { columns, rows }: Strip,
  across: Range,
  mostSlices: number,
  rounded: boolean,
  plan: MemoryPlan,
): (memory: WebAssembly.Memory) => StripInterpolator {
  const bytes = rowBytes(columns);
  const groups = GROUP * Math.ceil(mostSlices / GROUP);
  const coefficientBytes = (CHUNK + REACH) * bytes;
  const depthBytes = groups * bytes;
  const width = across.to - across.from;
  const coefficients = plan.take(TAPS * coefficientBytes);
  const depth = plan.take(TAPS * depthBytes);
  const line = plan.take(GROUP * bytes);
  const out = plan.take(groups * width * (rounded ? 2 : 4));
  const tables = [tx, ty, tz].map(({ samples, weights }) => ({
    samples: plan.take(samples.byteLength),
    weights: plan.take(weights.byteLength),
  }));
  const rectangles = plan.take(16 * mostSlices);
  const used = plan.take(8 * mostSlices);
  const slot = (row: number) => (row - rows.from) % TAPS;

  return (memory) => {
    const kernels = loadKernel('spline-interpolation', memory) as Kernels;
    const ints = new Int32Array(memory.buffer);
    const doubles = new Float64Array(memory.buffer);
    ints.set(
      tx.samples.map((column) => column - columns.from),
      tables[0].samples / 4,
    );
    ints.set(ty.samples.map(slot), tables[1].samples / 4);
    ints.set(tz.samples, tables[2].samples / 4);
    [tx, ty, tz].forEach(({ weights }, axis) => doubles.set(weights, tables[axis].weights / 8));
    const at = (axis: 0 | 1 | 2, position: number) =>
      [tables[axis].samples + 16 * position, tables[axis].weights + 32 * position] as const;
    let slab: Slab;
    let count = 0;

    return {
      begin(next) {
        slab = next;
        count = slab.wanted.to - slab.wanted.from;
        ints.set(slab.rectangles, rectangles / 4);
        ints.set(slab.used, used / 4);
      },
      room: (row) => coefficients + slot(row) * coefficientBytes,
      take(row) {
        const from = coefficients + slot(row) * coefficientBytes;
        const to = depth + slot(row) * depthBytes;
        const taps = at(2, slab.wanted.from);
        kernels.blendDepth(from, bytes, slab.slices.from, row, ...taps, used, count, to);
      },
      row(j) {
        const taps = [...at(0, across.from), ...at(1, j), ...at(2, slab.wanted.from)];
        // prettier-ignore
        kernels.interpolateRow(
          depth, depthBytes, coefficients, coefficientBytes, bytes, slab.slices.from, ...taps,
          rectangles, count, j, across.from, across.to, line, rounded ? 2 : 4, out,
        );
        return rounded
          ? new Int16Array(memory.buffer, out, count * width)
          : new Float32Array(memory.buffer, out, count * width);
      },
    };
  };
}
