/** The scalar voxel types of NIfTI. */

export type NumberArray =
  Int8Array | Uint8Array | Int16Array | Uint16Array | Int32Array | Uint32Array | Float32Array | Float64Array;

export interface Datatype {
  readonly name: string;
  readonly bytes: 1 | 2 | 4 | 8;
  /** Whether every value is whole. */
  readonly whole: boolean;
  /** Smallest and largest value. */
  readonly range: readonly [number, number];
  /** The values in `buffer[0, 8 * ...]`, which are in the machine's byte order. */
  values(buffer: ArrayBuffer, count: number): NumberArray;
}

/** Eight-byte integers become float64 on the way: exact to 2^53, far beyond any HU. */
function wide(buffer: ArrayBuffer, count: number, high: Int32Array | Uint32Array): Float64Array {
  const low = new Uint32Array(buffer, 0, 2 * count);
  const values = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    values[i] = high[2 * i + HIGH_WORD] * 2 ** 32 + low[2 * i + 1 - HIGH_WORD];
  }
  return values;
}

/** Whether this machine stores the low byte first. */
export const HOST_IS_LITTLE_ENDIAN = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;
const HIGH_WORD = HOST_IS_LITTLE_ENDIAN ? 1 : 0;

const integer = (
  name: string,
  bytes: 1 | 2 | 4 | 8,
  signed: boolean,
  values: Datatype['values'],
): Datatype => {
  const bits = 8 * bytes;
  return {
    name,
    bytes,
    whole: true,
    range: signed ? [-(2 ** (bits - 1)), 2 ** (bits - 1) - 1] : [0, 2 ** bits - 1],
    values,
  };
};
const float = (name: string, bytes: 4 | 8, values: Datatype['values']): Datatype => ({
  name,
  bytes,
  whole: false,
  range: [-Infinity, Infinity],
  values,
});

/** By NIfTI code (nifti1.h, NIFTI_TYPE_*). Complex, RGB and 128-bit types are no CT and are not here. */
export const datatypes: ReadonlyMap<number, Datatype> = new Map([
  [2, integer('uint8', 1, false, (buffer, n) => new Uint8Array(buffer, 0, n))],
  [4, integer('int16', 2, true, (buffer, n) => new Int16Array(buffer, 0, n))],
  [8, integer('int32', 4, true, (buffer, n) => new Int32Array(buffer, 0, n))],
  [16, float('float32', 4, (buffer, n) => new Float32Array(buffer, 0, n))],
  [64, float('float64', 8, (buffer, n) => new Float64Array(buffer, 0, n))],
  [256, integer('int8', 1, true, (buffer, n) => new Int8Array(buffer, 0, n))],
  [512, integer('uint16', 2, false, (buffer, n) => new Uint16Array(buffer, 0, n))],
  [768, integer('uint32', 4, false, (buffer, n) => new Uint32Array(buffer, 0, n))],
  [1024, integer('int64', 8, true, (buffer, n) => wide(buffer, n, new Int32Array(buffer, 0, 2 * n)))],
  [1280, integer('uint64', 8, false, (buffer, n) => wide(buffer, n, new Uint32Array(buffer, 0, 2 * n)))],
]);

/** Codes of the voxel types that volumes are written as. */
export const writtenDatatype = { uint8: 2, int16: 4, float32: 16 } as const;
