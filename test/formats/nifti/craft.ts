/** Makes NIfTI files by hand, right or wrong on purpose, independently of the writer under test. */

export interface Craft {
  readonly version?: 1 | 2;
  readonly littleEndian?: boolean;
  readonly magic?: string;
  readonly dim?: readonly number[];
  readonly datatype?: number;
  readonly bitpix?: number;
  readonly pixdim?: readonly number[];
  readonly offset?: number;
  readonly slope?: number;
  readonly intercept?: number;
  readonly units?: number;
  readonly qformCode?: number;
  readonly sformCode?: number;
  readonly quaternion?: readonly number[];
  readonly qoffset?: readonly number[];
  readonly srows?: readonly number[];
}

const bits: Readonly<Record<number, number>> = {
  2: 8,
  4: 16,
  8: 32,
  16: 32,
  64: 64,
  256: 8,
  512: 16,
  768: 32,
  1024: 64,
  1280: 64,
  32: 64,
  128: 24,
};

/** Header and gap up to `offset` (352 or 544 by default). */
export function craftHeader(craft: Craft = {}): Buffer {
  const { version = 1, littleEndian = true, datatype = 4, slope = 1, intercept = 0 } = craft;
  const { pixdim = [1, 0.75, 0.75, 2.5], dim = [3, 4, 3, 2], units = 2 } = craft;
  const { qformCode = 1, sformCode = 0, quaternion = [0, 0, 0], qoffset = [10, 20, 30], srows = [] } = craft;
  const least = version === 1 ? 352 : 544;
  const { offset = least, bitpix = bits[datatype] ?? 0 } = craft;
  const bytes = Buffer.alloc(Math.min(Math.max(least, Number.isFinite(offset) ? offset : 0), 1 << 16));
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const write = {
    int16: (at: number, values: readonly number[]) =>
      values.forEach((value, i) => view.setInt16(at + 2 * i, value, littleEndian)),
    int32: (at: number, values: readonly number[]) =>
      values.forEach((value, i) => view.setInt32(at + 4 * i, value, littleEndian)),
    int64: (at: number, values: readonly number[]) =>
      values.forEach((value, i) => view.setBigInt64(at + 8 * i, BigInt(value), littleEndian)),
    float32: (at: number, values: readonly number[]) =>
      values.forEach((value, i) => view.setFloat32(at + 4 * i, value, littleEndian)),
    float64: (at: number, values: readonly number[]) =>
      values.forEach((value, i) => view.setFloat64(at + 8 * i, value, littleEndian)),
  };
  if (version === 1) {
    write.int32(0, [348]);
    write.int16(40, dim);
    write.int16(70, [datatype, bitpix]);
    write.float32(76, pixdim);
    write.float32(108, [offset, slope, intercept]);
    view.setUint8(123, units);
    write.int16(252, [qformCode, sformCode]);
    write.float32(256, [...quaternion, ...qoffset]);
    write.float32(280, srows);
    bytes.write(craft.magic ?? 'n+1\0', 344, 'latin1');
  } else {
    write.int32(0, [540]);
    bytes.write(craft.magic ?? 'n+2\0\r\n\x1a\n', 4, 'latin1');
    write.int16(12, [datatype, bitpix]);
    write.int64(16, dim);
    write.float64(104, pixdim);
    write.int64(168, [offset]);
    write.float64(176, [slope, intercept]);
    write.int32(344, [qformCode, sformCode]);
    write.float64(352, [...quaternion, ...qoffset]);
    write.float64(400, srows);
    write.int32(500, [units]);
  }
  return bytes;
}

/** A whole file whose voxels are 0, 1, 2, ... */
export function craftNifti(craft: Craft = {}): Buffer {
  const { dim = [3, 4, 3, 2], datatype = 4, littleEndian = true } = craft;
  const count = dim.slice(1, 4).reduce((product, n) => product * n, 1);
  return Buffer.concat([
    craftHeader(craft),
    craftVoxels(
      Array.from({ length: count }, (_, i) => i),
      datatype,
      littleEndian,
    ),
  ]);
}

export function craftVoxels(values: readonly number[], datatype: number, littleEndian = true): Buffer {
  const width = bits[datatype] / 8;
  const bytes = Buffer.alloc(width * values.length);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const set: Readonly<Record<number, (at: number, value: number) => void>> = {
    2: (at, value) => view.setUint8(at, value),
    4: (at, value) => view.setInt16(at, value, littleEndian),
    8: (at, value) => view.setInt32(at, value, littleEndian),
    16: (at, value) => view.setFloat32(at, value, littleEndian),
    64: (at, value) => view.setFloat64(at, value, littleEndian),
    256: (at, value) => view.setInt8(at, value),
    512: (at, value) => view.setUint16(at, value, littleEndian),
    768: (at, value) => view.setUint32(at, value, littleEndian),
    1024: (at, value) => view.setBigInt64(at, BigInt(value), littleEndian),
    1280: (at, value) => view.setBigUint64(at, BigInt(value), littleEndian),
  };
  values.forEach((value, i) => set[datatype](i * width, value));
  return bytes;
}
