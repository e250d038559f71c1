import { elementCount } from '../core/tensor.js';
import { dtypes, numberReader, type DtypeName } from './dtype.js';
import { Unsound } from './unsound.js';

export interface Layout {
  readonly dtype: DtypeName;
  readonly shape: readonly number[];
  /** In elements, none negative. */
  readonly strides: readonly number[];
}

/** Strides of a tensor whose last axis is fastest and that has no gaps. */
export const denseStrides = (shape: readonly number[]): number[] =>
  shape.map((_, axis) => elementCount(shape.slice(axis + 1)));

/** Elements from a tensor's first to its last in memory; 0 for an empty tensor. */
export const spanOf = ({ shape, strides }: Pick<Layout, 'shape' | 'strides'>): number =>
  shape.includes(0) ? 0 : shape.reduce((span, size, axis) => span + (size - 1) * strides[axis], 1);

/**
 * A tensor's numbers, last axis fastest, as float32: exact for the narrower kinds, float64 is rounded.
 * @param bytes its span, from its first element on
 * @throws Unsound (`weights-dtype`) for integers
 */
export function gather(
  bytes: Uint8Array,
  { dtype, shape, strides }: Layout,
  littleEndian: boolean,
): Float32Array<SharedArrayBuffer> {
  const number = numberReader(dtype);
  if (!number) throw new Unsound('weights-dtype', `holds a parameter stored as ${dtype}`);
  const width = dtypes[dtype].bytes;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const numbers = new Float32Array(new SharedArrayBuffer(4 * elementCount(shape)));
  const index = shape.map(() => 0);
  let at = 0;
  for (let i = 0; i < numbers.length; i++) {
    numbers[i] = number(view, at * width, littleEndian);
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      at += strides[axis];
      if (++index[axis] < shape[axis]) break;
      at -= shape[axis] * strides[axis];
      index[axis] = 0;
    }
  }
  return numbers;
}
