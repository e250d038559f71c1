/** ITK's binary transform files: MATLAB level 4 matrices, as itk::MatlabTransformIO writes them through VNL. */
import { damaged, truncated, type StoredTransform, type TransformEncoding } from './stored-transform.js';

/** type, rows, columns, imaginary, length of the name: int32 each; the name with its NUL follows, then the numbers. */
const HEADER_BYTES = 20;
const LONGEST_NAME = 256;
/** VNL's decimal flags: 10 = float32 (else float64), 100 = by rows, 1000 = big-endian. */
const SINGLE = 10;
const TYPES: readonly number[] = [0, 10, 100, 110, 1000, 1010, 1100, 1110];
const ELEMENT_BYTES = { single: 4, double: 8 };

interface Header {
  readonly littleEndian: boolean;
  readonly element: keyof typeof ELEMENT_BYTES;
  readonly count: number;
  readonly name: string;
  /** Where the numbers begin, and where the next matrix does. */
  readonly dataAt: number;
  readonly end: number;
}

/** Whether a file begins as a named MATLAB level 4 matrix of real numbers. */
export function isMatlab(start: Buffer): boolean {
  if (start.length < HEADER_BYTES) return false;
  const read = intReader(start, 0);
  return read !== undefined && read.int(3) === 0 && read.int(4) > 1 && read.int(4) <= LONGEST_NAME;
}

/** As VNL: whichever byte order makes sense of the type is the file's, whatever the type says of it. */
function intReader(file: Buffer, at: number) {
  for (const littleEndian of [true, false]) {
    const int = (field: number) =>
      littleEndian ? file.readInt32LE(at + 4 * field) : file.readInt32BE(at + 4 * field);
    if (TYPES.includes(int(0))) return { littleEndian, int };
  }
  return undefined;
}

function readHeader(file: Buffer, at: number): Header {
  if (at + HEADER_BYTES > file.length) throw truncated('it ends within a header');
  const read = intReader(file, at);
  if (!read) throw damaged('a matrix is of no type that ITK writes');
  const [type, rows, columns, imaginary, nameBytes] = [0, 1, 2, 3, 4].map(read.int);
  if (rows < 0 || columns < 0 || imaginary !== 0 || nameBytes < 2 || nameBytes > LONGEST_NAME)
    throw damaged('the header of a matrix makes no sense');
  const dataAt = at + HEADER_BYTES + nameBytes;
  if (dataAt > file.length) throw truncated('it ends within a name');
  const [name] = file.toString('latin1', at + HEADER_BYTES, dataAt).split('\0');
  const element = type % 100 === SINGLE ? 'single' : 'double';
  const count = rows * columns;
  return { ...read, element, count, name, dataAt, end: dataAt + count * ELEMENT_BYTES[element] };
}

function readNumbers(file: Buffer, { littleEndian, element, count, dataAt, end }: Header): number[] {
  if (end > file.length) throw truncated(`it announces ${count} numbers and ends before the last`);
  const view = new DataView(file.buffer, file.byteOffset + dataAt, end - dataAt);
  return Array.from({ length: count }, (_, i) =>
    element === 'single' ? view.getFloat32(4 * i, littleEndian) : view.getFloat64(8 * i, littleEndian),
  );
}

export const matlabTransforms: TransformEncoding = {
  types: (start) => [readHeader(start, 0).name],
  parse(file) {
    const found: StoredTransform[] = [];
    for (let at = 0; at < file.length;) {
      const moving = readHeader(file, at);
      const parameters = readNumbers(file, moving);
      if (moving.end === file.length) throw truncated('the fixed parameters (the centre) are missing');
      const centre = readHeader(file, moving.end);
      if (centre.name !== 'fixed') throw damaged('the fixed parameters do not follow the parameters');
      found.push({ type: moving.name, parameters, fixed: readNumbers(file, centre) });
      at = centre.end;
    }
    return found;
  },
};

/** Byte for byte what ITK writes on a little-endian machine. */
export function formatMatlab({ type, parameters, fixed }: StoredTransform): Uint8Array {
  return Buffer.concat([columnVector(type, parameters), columnVector('fixed', fixed)]);
}

function columnVector(name: string, numbers: readonly number[]): Uint8Array {
  const dataAt = HEADER_BYTES + name.length + 1;
  const bytes = Buffer.alloc(dataAt + 8 * numbers.length);
  [0, numbers.length, 1, 0, name.length + 1].forEach((field, i) => bytes.writeInt32LE(field, 4 * i));
  bytes.write(name, HEADER_BYTES, 'latin1');
  numbers.forEach((number, i) => bytes.writeDoubleLE(number, dataAt + 8 * i));
  return bytes;
}
