/** The columns and rows that table files hold, free of any library's types. */
import { elementCount } from '../../core/tensor.js';

/** A column of one value a row. */
export type ScalarType = 'utf8' | 'bool' | 'int32' | 'int64' | 'float64';

/** A dense array of one shape in every row, last axis fastest: nested fixed-size lists. */
export interface TensorType {
  readonly element: TensorElement;
  readonly shape: readonly number[];
}

/** What a tensor's numbers are. */
export type TensorElement = 'float64' | 'float32' | 'int32' | 'int16' | 'uint8';

/** A scalar, a list of texts, or a tensor. */
export type ColumnType = ScalarType | 'list<utf8>' | TensorType;

/** One column of a table. */
export interface Column {
  readonly name: string;
  readonly type: ColumnType;
  /** One line with the unit: the field's `description`. */
  readonly about: string;
}

/** What a tensor's numbers may lie in. */
export type TensorValues = Float64Array | Float32Array | Int32Array | Int16Array | Uint8Array;

/** int64 cells are bigint; a missing scalar is null. */
export type Cell = string | boolean | number | bigint | null | readonly string[] | TensorValues;

/** One cell a column, in order. */
export type Row = readonly Cell[];

export interface TableSchema {
  readonly columns: readonly Column[];
  readonly metadata: ReadonlyMap<string, string>;
}

/** How tables of one file format are written and read, a bounded number of rows at a time. */
export interface TableFormat {
  readonly extension: string;
  /** The file's bytes. Rows are pulled only as bytes are. */
  encode(schema: TableSchema, rows: AsyncIterable<Row>): AsyncIterable<Uint8Array>;
  /** Reads no row. Throws `table-corrupt` when the file is not whole or not one of ours. */
  readSchema(path: string): Promise<TableSchema>;
  readRows(path: string): AsyncIterable<Row>;
}

const elementBytes: Readonly<Record<TensorElement, number>> = {
  float64: 8,
  float32: 4,
  int32: 4,
  int16: 2,
  uint8: 1,
};

/** `float32`, `int16`, ...: the element type of a typed array. */
export function elementOf(values: TensorValues): TensorElement {
  if (values instanceof Float64Array) return 'float64';
  if (values instanceof Float32Array) return 'float32';
  if (values instanceof Int32Array) return 'int32';
  return values instanceof Int16Array ? 'int16' : 'uint8';
}

/** `float32[3, 128]` */
export function describeType(type: ColumnType): string {
  return typeof type === 'string' ? type : `${type.element}[${type.shape.join(', ')}]`;
}

/** A batch holds as many rows as fit in this: what reading or writing a file takes of memory. */
export const batchBytes = 32 * 2 ** 20;

/** Rows of one batch: the same for every file of a schema, so bytes do not depend on how a file came about. */
export function rowsPerBatch({ columns }: TableSchema): number {
  const rowBytes = columns.reduce(
    (sum, { type }) =>
      sum + (typeof type === 'string' ? 8 : elementBytes[type.element] * elementCount(type.shape)),
    0,
  );
  return Math.max(1, Math.floor(batchBytes / rowBytes));
}

export async function* inBatches(rows: AsyncIterable<Row>, size: number): AsyncGenerator<Row[]> {
  let batch: Row[] = [];
  for await (const row of rows) {
    batch.push(row);
    if (batch.length < size) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}
