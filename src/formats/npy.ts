/** NumPy's .npy files (numpy.lib.format, versions 1 to 3): plain numbers only, never pickled objects. */
import { open } from 'node:fs/promises';
import { inputError, LungflowError, toLungflowError } from '../core/errors.js';
import { elementCount, type TensorArray } from '../core/tensor.js';

const arrays = {
  b1: Uint8Array,
  u1: Uint8Array,
  i1: Int8Array,
  u2: Uint16Array,
  i2: Int16Array,
  u4: Uint32Array,
  i4: Int32Array,
  u8: BigUint64Array,
  i8: BigInt64Array,
  f4: Float32Array,
  f8: Float64Array,
} as const;
type Kind = keyof typeof arrays;
export type NpyData = InstanceType<(typeof arrays)[Kind]>;

export interface NpyArray {
  /** C order: last axis fastest. */
  readonly data: NpyData;
  readonly shape: readonly number[];
}

/** Shared memory may be written, too. */
export interface WritableNpy {
  readonly data: NpyData | TensorArray;
  readonly shape: readonly number[];
}

const MAGIC = Buffer.from('\x93NUMPY', 'latin1');
/** NumPy's own limit for headers it did not write. */
const HEADER_MOST_BYTES = 10_000;
const HOST_ORDER = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1 ? '<' : '>';

/**
 * Fortran order is turned into C order, either byte order into the machine's. Sizes are checked against the file first.
 * @throws LungflowError `npy-unrecognised`, `npy-type`, `npy-size`, system errors
 */
export const readNpy = (path: string): Promise<NpyArray> =>
  withNpy(path, async ({ kind, swapped, fortran, shape, readData }) => {
    const raw = await readData();
    if (swapped) swap(raw, arrays[kind].BYTES_PER_ELEMENT);
    const data = new arrays[kind](raw.buffer as ArrayBuffer);
    return { data: fortran && shape.length > 1 ? inCOrder(data, shape) : data, shape };
  });

/** What the header says, the data left where they are. @throws LungflowError as `readNpy` */
export const readNpyShape = (path: string): Promise<{ shape: readonly number[]; bytes: number }> =>
  withNpy(path, ({ shape, bytes }) => Promise.resolve({ shape, bytes }));

interface OpenNpy extends Header {
  /** Of the data. */
  readonly bytes: number;
  /** As they lie in the file. */
  readonly readData: () => Promise<Buffer>;
}

async function withNpy<T>(path: string, use: (npy: OpenNpy) => Promise<T>): Promise<T> {
  try {
    const handle = await open(path);
    try {
      const stats = await handle.stat();
      if (!stats.isFile()) throw unrecognised('it is not a regular file');
      const read = async (at: number, length: number): Promise<Buffer> => {
        if (at + length > stats.size) throw wrongSize('it ends too early');
        const buffer = Buffer.from(new ArrayBuffer(length));
        for (let done = 0; done < length;) {
          const { bytesRead } = await handle.read(buffer, done, length - done, at + done); // at most 2 GiB at once
          if (bytesRead === 0) throw wrongSize('it ends too early');
          done += bytesRead;
        }
        return buffer;
      };
      const start = await read(0, Math.min(12, stats.size));
      const { at, length } = headerPlace(start);
      const header = parseHeader((await read(at, length)).toString('latin1'));
      const bytes = header.shape.reduce((product, n) => product * n, arrays[header.kind].BYTES_PER_ELEMENT);
      if (bytes !== stats.size - at - length) {
        throw wrongSize(
          `its header announces ${bytes} bytes of data and ${stats.size - at - length} are there`,
        );
      }
      return await use({ ...header, bytes, readData: () => read(at + length, bytes) });
    } finally {
      await handle.close();
    }
  } catch (thrown) {
    throw thrown instanceof LungflowError ? thrown : toLungflowError(thrown);
  }
}

function headerPlace(start: Buffer): { at: number; length: number } {
  if (!start.subarray(0, 6).equals(MAGIC) || start.length < 12)
    throw unrecognised('it does not begin as one');
  const major = start[6];
  if (major < 1 || major > 3) throw unrecognised(`its format version ${major} is unknown`);
  const [at, length] = major === 1 ? [10, start.readUInt16LE(8)] : [12, start.readUInt32LE(8)];
  if (length > HEADER_MOST_BYTES) throw unrecognised('its header is too long');
  return { at, length };
}

interface Header {
  readonly kind: Kind;
  readonly swapped: boolean;
  readonly fortran: boolean;
  readonly shape: readonly number[];
}

/** The header is a Python dict literal with exactly these three keys, in any order. */
const ENTRY =
  /\s*'(descr|fortran_order|shape)'\s*:\s*('[^']*'|True|False|\(\s*(?:\d+L?\s*(?:,\s*\d+L?\s*)*,?)?\s*\))\s*/y;

function parseHeader(text: string): Header {
  const body = /^\{(.*)\}\s*$/s.exec(text)?.[1];
  if (body === undefined) throw unrecognised('its header is no dictionary');
  const entries = new Map<string, string>();
  for (let at = 0; at < body.trimEnd().length;) {
    ENTRY.lastIndex = at;
    const match = ENTRY.exec(body);
    if (!match) throw badType('is not a plain array of numbers');
    entries.set(match[1], match[2]);
    at = ENTRY.lastIndex;
    if (body[at] === ',') at += 1;
    else if (at < body.length) throw unrecognised('its header is malformed');
  }
  const [descr, order, sizes] = [entries.get('descr'), entries.get('fortran_order'), entries.get('shape')];
  if (!descr || !order || !sizes?.startsWith('(')) throw unrecognised('its header is incomplete');
  const type = /^'([<>|=])([a-z]\d)'$/.exec(descr);
  if (!type || !(type[2] in arrays)) throw badType(`holds ${descr}`);
  const kind = type[2] as Kind;
  const shape = (sizes.match(/\d+/g) ?? []).map(Number);
  if (!shape.every(Number.isSafeInteger) || shape.length > 32) throw wrongSize('its shape is impossible');
  const swapped =
    arrays[kind].BYTES_PER_ELEMENT > 1 && (type[1] === '<' || type[1] === '>') && type[1] !== HOST_ORDER;
  return { kind, swapped, fortran: order === 'True', shape };
}

function swap(bytes: Buffer, width: number): void {
  if (width === 2) bytes.swap16();
  else if (width === 4) bytes.swap32();
  else bytes.swap64();
}

function inCOrder<A extends NpyData>(from: A, shape: readonly number[]): A {
  const to = from.slice() as A;
  const strides = shape.map((_, axis) => elementCount(shape.slice(0, axis)));
  const index = shape.map(() => 0);
  for (let i = 0; i < to.length; i++) {
    to[i] = from[index.reduce((sum, n, axis) => sum + n * strides[axis], 0)];
    for (let axis = shape.length - 1; axis >= 0 && ++index[axis] === shape[axis]; axis--) index[axis] = 0;
  }
  return to;
}

/**
 * A file's bytes, as NumPy writes them: C order, in the machine's byte order. The data are not copied.
 * @throws RangeError when shape and data disagree
 */
export function npyBytes({ data, shape }: WritableNpy): readonly Uint8Array[] {
  if (elementCount(shape) !== data.length) throw new RangeError('shape and data disagree');
  return [npyHeader(data, shape), new Uint8Array(data.buffer, data.byteOffset, data.byteLength)];
}

/** The bytes before the data: version 1, padded to a multiple of 64. */
export function npyHeader(data: WritableNpy['data'], shape: readonly number[]): Uint8Array {
  const kind = (Object.keys(arrays) as Kind[]).find((name) => name !== 'b1' && data instanceof arrays[name])!;
  const descr = `${data.BYTES_PER_ELEMENT === 1 ? '|' : HOST_ORDER}${kind}`;
  const sizes = `(${shape.join(', ')}${shape.length === 1 ? ',' : ''})`;
  const text = `{'descr': '${descr}', 'fortran_order': False, 'shape': ${sizes}, }`;
  const padded = `${text.padEnd(64 * Math.ceil((text.length + 11) / 64) - 11)}\n`;
  const start = Buffer.from([...MAGIC, 1, 0, 0, 0]);
  start.writeUInt16LE(padded.length, 8);
  return Buffer.concat([start, Buffer.from(padded, 'latin1')]);
}

const CHECK = 'Write it again with numpy.save from an array of integers or floats.';
const unrecognised = (why: string) =>
  inputError('npy-unrecognised', `The file is not a .npy array: ${why}.`, CHECK);
const badType = (what: string) =>
  inputError('npy-type', `The .npy file ${what}, which is not supported.`, CHECK);
const wrongSize = (why: string) => inputError('npy-size', `The .npy file is not whole: ${why}.`, CHECK);
