/**
 * An Arrow file checked before Arrow's reader sees it: the footer, the header of each batch, and that the buffers of its columns lie in
 * the file and are as long as its rows need (https://arrow.apache.org/docs/format/Columnar.html). Reads no value.
 */
import type { FileHandle } from 'node:fs/promises';
import { checkFlatbuffer, FlatbufferError, type CheckedTable, type TableShape } from './flatbuffer.js';

const scalar = (bytes: 1 | 2 | 4 | 8) => ({ kind: 'scalar', bytes }) as const;
const text = { kind: 'string' } as const;

// From Arrow's format/Schema.fbs, Message.fbs and File.fbs: as much as these tables have.
const [BOOL, INT, FLOAT, UTF8, LIST, FIXED_SIZE_LIST] = [6, 2, 3, 5, 12, 16] as const;
const TYPES: Readonly<Record<number, TableShape | undefined>> = {
  [BOOL]: {},
  [INT]: { 0: scalar(4), 1: scalar(1) },
  [FLOAT]: { 0: scalar(2) },
  [UTF8]: {},
  [LIST]: {},
  [FIXED_SIZE_LIST]: { 0: scalar(4) },
};
const keyValue: TableShape = { 0: text, 1: text };
const field: TableShape = {
  0: text,
  1: scalar(1),
  2: scalar(1),
  3: { kind: 'union', tag: 2, shapes: TYPES },
  5: { kind: 'tables', shape: () => field },
  6: { kind: 'tables', shape: () => keyValue },
};
const schema: TableShape = {
  0: scalar(2),
  1: { kind: 'tables', shape: () => field },
  2: { kind: 'tables', shape: () => keyValue },
};
const footer: TableShape = {
  0: scalar(2),
  1: { kind: 'table', shape: () => schema },
  2: { kind: 'structs', bytes: 24 },
  3: { kind: 'structs', bytes: 24 },
  4: { kind: 'tables', shape: () => keyValue },
};
const recordBatch: TableShape = {
  0: scalar(8),
  1: { kind: 'structs', bytes: 16 },
  2: { kind: 'structs', bytes: 16 },
};
const RECORD_BATCH = 3;
const message: TableShape = {
  0: scalar(2),
  1: scalar(1),
  2: { kind: 'union', tag: 1, shapes: { 1: schema, [RECORD_BATCH]: recordBatch } },
  3: scalar(8),
};

const MAGIC = Buffer.from('ARROW1');
const LENGTH_BYTES = 4;
/** A footer names each batch and column; a hundred thousand of both are a few megabytes. */
const MOST_HEADER_BYTES = 64 * 2 ** 20;

/** @throws Error of any kind: the file is not whole, or not one of these tables */
export async function checkArrowFile(file: FileHandle): Promise<void> {
  const { size } = await file.stat();
  const tail = await readAt(file, size - MAGIC.length - LENGTH_BYTES, MAGIC.length + LENGTH_BYTES);
  if (!tail.subarray(LENGTH_BYTES).equals(MAGIC)) throw new FlatbufferError('no footer');
  const footerBytes = tail.readInt32LE();
  const footerAt = size - MAGIC.length - LENGTH_BYTES - footerBytes;
  if (footerBytes <= 0 || footerBytes > MOST_HEADER_BYTES || footerAt < MAGIC.length)
    throw new FlatbufferError(`a footer of ${footerBytes} bytes`);
  const root = checkFlatbuffer(await readAt(file, footerAt, footerBytes), footer);
  const table = root.table(1);
  if (!table) throw new FlatbufferError('no schema');
  const columns = table.tables(1).map(columnOf);
  if (root.structs(2, 24, []).length > 0) throw new FlatbufferError('dictionaries');
  // offset, length of the header, length of the body
  const blocks = root.structs(3, 24, [
    [0, 64],
    [8, 32],
    [16, 64],
  ]);
  for (const [at = 0, headerBytes = 0, bodyBytes = 0] of blocks) {
    if (at < MAGIC.length || headerBytes <= 8 || headerBytes > MOST_HEADER_BYTES || bodyBytes < 0)
      throw new FlatbufferError('a batch of no size');
    if (at + headerBytes + bodyBytes > footerAt)
      throw new FlatbufferError('a batch that ends after the file');
    checkBatch(await readAt(file, at, headerBytes), bodyBytes, columns);
  }
}

async function readAt(file: FileHandle, at: number, bytes: number): Promise<Buffer> {
  if (at < 0) throw new FlatbufferError('a file that ends too soon');
  const { buffer, bytesRead } = await file.read(Buffer.alloc(bytes), 0, bytes, at);
  if (bytesRead < bytes) throw new FlatbufferError('a file that ends too soon');
  return buffer;
}

/** What a column's buffers must hold. */
interface ColumnLayout {
  readonly type: number;
  readonly bits: number;
  readonly listSize: number;
  readonly children: readonly ColumnLayout[];
}

function columnOf(table: CheckedTable): ColumnLayout {
  const type = table.uint8(2);
  const shape = TYPES[type];
  const details = shape && table.table(3);
  if (!details) throw new FlatbufferError('a column of a type that these tables never have');
  const children = table.tables(5).map(columnOf);
  if (children.length !== (type === LIST || type === FIXED_SIZE_LIST ? 1 : 0))
    throw new FlatbufferError('a list of no one type');
  const bits = type === INT ? details.int32(0) : type === FLOAT ? floatBits(details.uint8(0)) : 1;
  if (![1, 8, 16, 32, 64].includes(bits)) throw new FlatbufferError(`numbers of ${bits} bits`);
  const listSize = type === FIXED_SIZE_LIST ? details.int32(0) : 0;
  if (listSize < 0) throw new FlatbufferError(`lists of ${listSize}`);
  return { type, bits, listSize, children };
}

/** By Arrow's `Precision`. */
const floatBits = (precision: number): number => [16, 32, 64][precision] ?? 0;

function checkBatch(header: Buffer, bodyBytes: number, columns: readonly ColumnLayout[]): void {
  // An encapsulated message: a mark, the length of what follows, the flatbuffer.
  const bytes = header.readInt32LE(0) === -1 ? header.readInt32LE(4) : NaN;
  if (!(bytes > 0 && bytes + 8 <= header.length)) throw new FlatbufferError('a batch without a header');
  const root = checkFlatbuffer(header.subarray(8, 8 + bytes), message);
  const batch = root.uint8(1) === RECORD_BATCH ? root.table(2) : undefined;
  if (!batch || root.int64(3) !== bodyBytes) throw new FlatbufferError('a batch that is none');
  const nodes = batch
    .structs(1, 16, [
      [0, 64],
      [8, 64],
    ])
    .values();
  const buffers = batch
    .structs(2, 16, [
      [0, 64],
      [8, 64],
    ])
    .values();

  const next = (all: Iterator<number[]>): [number, number] => {
    const { value, done } = all.next() as IteratorResult<number[], undefined>;
    const [a = -1, b = -1] = done ? [] : value;
    if (a < 0 || b < 0) throw new FlatbufferError('a column without its parts');
    return [a, b];
  };
  /** The next buffer, and that it has so many bytes; one of no row may be empty. */
  const requireBuffer = (least: number): void => {
    const [at, length] = next(buffers);
    if (at + length > bodyBytes) throw new FlatbufferError('a column that ends after its batch');
    if (length < least) throw new FlatbufferError('a column that is too short');
  };
  const rows = batch.int64(0);
  if (rows < 0) throw new FlatbufferError(`${rows} rows`);

  function check({ type, bits, listSize, children }: ColumnLayout, expected: number | undefined): void {
    const [length, nulls] = next(nodes);
    if ((expected !== undefined && length !== expected) || nulls > length)
      throw new FlatbufferError('a column of another length than its batch');
    requireBuffer(nulls > 0 ? Math.ceil(length / 8) : 0);
    if (type === UTF8 || type === LIST) requireBuffer(length === 0 ? 0 : 4 * (length + 1));
    if (type === UTF8) requireBuffer(0);
    if (type === INT || type === FLOAT || type === BOOL) requireBuffer(Math.ceil((length * bits) / 8));
    for (const child of children) check(child, type === FIXED_SIZE_LIST ? length * listSize : undefined);
  }
  for (const column of columns) check(column, rows);
}
