/** Arrays in a kernel's memory, filled with NaN between them: what a kernel must not read shows. */
import { mulberry32 } from '../../src/core/mulberry32.js';

export class KernelMemory {
  readonly memory = new WebAssembly.Memory({ initial: 0 });
  #end = 0;

  /** Room for so many floats, NaN. */
  reserve(floats: number): number {
    const start = this.#end + 64;
    this.#end = Math.ceil((start + 4 * floats) / 64) * 64;
    const missing = Math.ceil((this.#end + 64) / 65536) - this.memory.buffer.byteLength / 65536;
    if (missing > 0) this.memory.grow(missing);
    this.floats(start, floats).fill(NaN);
    return start;
  }

  put(numbers: ArrayLike<number>): number {
    const start = this.reserve(numbers.length);
    this.floats(start, numbers.length).set(numbers);
    return start;
  }

  floats(pointer: number, count: number): Float32Array {
    return new Float32Array(this.memory.buffer, pointer, count);
  }
}

/** Rows of `row` numbers with `channels` zeros after each and before the first: what the kernels call an activation. */
export function withMargins(rows: Float32Array, row: number, channels: number): Float32Array {
  const count = rows.length / row;
  const padded = new Float32Array(channels + count * (row + channels));
  for (let i = 0; i < count; i++)
    padded.set(rows.subarray(i * row, (i + 1) * row), channels + i * (row + channels));
  return padded;
}

/** Rows without the pixel that follows each. */
export function withoutMargins(padded: Float32Array, row: number, channels: number): Float32Array {
  const count = padded.length / (row + channels);
  const rows = new Float32Array(count * row);
  for (let i = 0; i < count; i++)
    rows.set(padded.subarray(i * (row + channels), i * (row + channels) + row), i * row);
  return rows;
}

/** In [-1, 1). */
export function uniform(count: number, seed: number): Float32Array {
  const next = mulberry32(seed);
  return Float32Array.from({ length: count }, () => 2 * next() - 1);
}

export function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Infinity;
  let worst = 0;
  for (let i = 0; i < a.length; i++) worst = Math.max(worst, Math.abs(a[i] - b[i]));
  return worst;
}
