import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { elementCount } from '../../src/core/tensor.js';
import { arrowFile } from '../../src/formats/arrow/arrow-file.js';
import {
  type Cell,
  type Column,
  type ColumnType,
  type Row,
  type TableSchema,
  type TensorElement,
  type TensorType,
  type TensorValues,
} from '../../src/formats/arrow/column.js';
import { parquetFile } from '../../src/formats/arrow/parquet-file.js';
import { writeDurably } from '../../src/store/durable-file.js';
import { temporaryDirectory } from '../temporary.js';

const text = fc.string({ unit: 'grapheme', maxLength: 12 });
const orNull = <T>(value: fc.Arbitrary<T>) => fc.option(value, { freq: 3 });
const scalars: Record<Extract<ColumnType, string>, fc.Arbitrary<Cell>> = {
  utf8: orNull(text),
  bool: orNull(fc.boolean()),
  int32: orNull(fc.integer()),
  int64: orNull(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })),
  float64: orNull(fc.double()),
  'list<utf8>': fc.array(text, { maxLength: 3 }),
};
const elements: Record<TensorElement, fc.Arbitrary<(count: number, seed: number) => TensorValues>> = {
  float64: fc.constant((count, seed) => fill(new Float64Array(count), seed / 7)),
  float32: fc.constant((count, seed) => fill(new Float32Array(new SharedArrayBuffer(4 * count)), seed)),
  int32: fc.constant((count, seed) => fill(new Int32Array(count), seed)),
  int16: fc.constant((count, seed) => fill(new Int16Array(count), seed)),
  uint8: fc.constant((count, seed) => fill(new Uint8Array(count), seed)),
};

function fill<T extends TensorValues>(values: T, seed: number): T {
  for (let i = 0; i < values.length; i++) values[i] = seed * (i + 1);
  return values;
}

const tensorType: fc.Arbitrary<TensorType> = fc.record(
  {
    element: fc.constantFrom(...(Object.keys(elements) as TensorElement[])),
    shape: fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 4 }),
  },
  { noNullPrototype: true },
);
const columnType: fc.Arbitrary<ColumnType> = fc.oneof(
  fc.constantFrom(...(Object.keys(scalars) as (keyof typeof scalars)[])),
  tensorType,
);
const cellOf = (type: ColumnType): fc.Arbitrary<Cell> =>
  typeof type === 'string'
    ? scalars[type]
    : fc
        .tuple(elements[type.element], fc.integer({ min: -9999, max: 9999 }))
        .map(([make, seed]) => make(elementCount(type.shape), seed));

const table: fc.Arbitrary<{ schema: TableSchema; rows: Row[] }> = fc
  .tuple(
    fc.array(fc.tuple(columnType, text), { minLength: 1, maxLength: 6 }),
    fc.array(fc.tuple(text, text), { maxLength: 4 }),
  )
  .chain(([types, entries]) => {
    const columns = types.map(([type, about], index): Column => ({ name: `c${index}`, type, about }));
    const row = fc.tuple(...types.map(([type]) => cellOf(type)));
    const schema = { columns, metadata: new Map(entries) };
    return fc.array(row, { minLength: 1, maxLength: 9 }).map((rows) => ({ schema, rows }));
  });

async function* stream(rows: readonly Row[]): AsyncGenerator<Row> {
  for (const row of rows) yield await Promise.resolve(row);
}

const sorted = ({ columns, metadata }: TableSchema) => [columns, [...metadata].sort()];

for (const format of [arrowFile, parquetFile]) {
  describe(`${format.extension} file`, () => {
    const dir = temporaryDirectory('table');

    it('gives back any table it was given', async () => {
      const path = join(dir, 'table');
      await fc.assert(
        fc.asyncProperty(table, async ({ schema, rows }) => {
          await writeDurably(path, format.encode(schema, stream(rows)));
          assert.deepEqual(sorted(await format.readSchema(path)), sorted(schema));
          const back: Row[] = [];
          for await (const row of format.readRows(path)) back.push(row);
          assert.deepEqual(back.map(comparable), rows.map(comparable));
        }),
        { numRuns: 60 },
      );
    });

    it('passes on what its source throws, at any row', async () => {
      const schema: TableSchema = {
        columns: [{ name: 'big', about: '', type: { element: 'float64', shape: [2 ** 22] } }],
        metadata: new Map(),
      };
      for (const good of [0, 1, 2]) {
        const source = async function* () {
          for (let row = 0; row < good; row++) yield await Promise.resolve([new Float64Array(2 ** 22)]);
          throw new Error('boom');
        };
        await assert.rejects(writeDurably(join(dir, 'never'), format.encode(schema, source())), /boom/);
      }
    });
  });
}

/** Shared and plain memory compare equal. */
function comparable(row: Row): unknown[] {
  return row.map((cell) => (ArrayBuffer.isView(cell) ? [cell.constructor.name, ...cell] : cell));
}
