/** What was written, read by a second implementation: Polars, in Rust. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { tableFromIPC } from 'apache-arrow';
import pl from 'nodejs-polars';
import { port } from '../../../src/core/port.js';
import type { Tensor } from '../../../src/core/tensor.js';
import { Cohort, tensor } from './cohort.js';

const manifest = [
  { site: 'Bergen', age: '61', fev1: '2.5', code: '007', note: '' },
  { site: '', age: '-4', fev1: '3', code: '012', note: '' },
  { site: 'Århus, "east"', age: '', fev1: '1e-3', code: '100', note: '' },
];
const found = [
  { lung_ml: 5123.25, seconds_load: 1.5, edges: 1162, covered: true, engine: 'wasm' },
  {},
  { lung_ml: Number.NaN, edges: -1, covered: false, engine: '' },
];
const flags = [['left lung of 0.4 l', 'few edges'], [], ['æ']];
const embedding = (row: number) => tensor([row, row + 0.25, -row]);
const nodes = (row: number) =>
  tensor(
    [0, 1, 2, 3, 4, 5].map((value) => value + 10 * row),
    [2, 3],
  );
const labels = (row: number): Tensor => ({
  data: new Int16Array(new SharedArrayBuffer(16)).fill(row - 1),
  shape: [2, 2, 2],
});

for (const format of ['arrow', 'parquet'] as const) {
  describe(`rows written as ${format}`, () => {
    let frame: pl.DataFrame;
    before(async () => {
      const cohort = await Cohort.make(manifest);
      cohort.ports = { ...cohort.ports, labels: port<Tensor>('Tensor<int16>', 'of another package') };
      const run = await cohort.open({ columns: ['embedding', 'nodes', 'labels'], format, to: 'table' });
      for (const row of [0, 1, 2]) {
        const tensors = { embedding: embedding(row), nodes: nodes(row), labels: labels(row) };
        await run.write(`s${row}`, tensors, found[row], flags[row]);
      }
      await run.close();
      const file = join(cohort.dataset('table'), `part-00000.${format}`);
      frame = format === 'arrow' ? pl.scanIPC(file).collectSync() : pl.readParquet(file);
    });

    it('have the columns in order, typed', () => {
      const schema = Object.entries(frame.schema as object).map(([name, type]) => [name, String(type)]);
      assert.deepEqual(schema, [
        ['sid', 'DataType(String)'],
        ['site', 'DataType(String)'],
        ['age', 'DataType(Int64)'],
        ['fev1', 'DataType(Float64)'],
        ['code', 'DataType(String)'],
        ['note', 'DataType(String)'],
        ['embedding', 'DataType(FixedSizeList(DataType(Float32),3))'],
        ['nodes', 'DataType(FixedSizeList(DataType(FixedSizeList(DataType(Float32),3)),2))'],
        [
          'labels',
          'DataType(FixedSizeList(DataType(FixedSizeList(DataType(FixedSizeList(DataType(Int16),2)),2)),2))',
        ],
        ['lung_ml', 'DataType(Float64)'],
        ['seconds_load', 'DataType(Float64)'],
        ['edges', 'DataType(Int32)'],
        ['covered', 'DataType(Bool)'],
        ['engine', 'DataType(String)'],
        ['flags', 'DataType(List(DataType(String)))'],
      ]);
    });

    it('have every value', () => {
      const rows = frame.toRecords();
      const cube = (value: number) => [
        [[value, value], [value, value]],
        [[value, value], [value, value]],
      ]; // prettier-ignore
      const expected = [
        { sid: 's0', site: 'Bergen', age: 61, fev1: 2.5, code: '007', note: null, ...found[0] },
        { sid: 's1', site: null, age: -4, fev1: 3, code: '012', note: null },
        { sid: 's2', site: 'Århus, "east"', age: null, fev1: 0.001, code: '100', note: null, ...found[2] },
      ].map((row, index) => ({
        lung_ml: null,
        seconds_load: null,
        edges: null,
        covered: null,
        engine: null,
        ...row,
        embedding: [...embedding(index).data],
        nodes: [[...nodes(index).data.subarray(0, 3)], [...nodes(index).data.subarray(3)]],
        labels: cube(index - 1),
        flags: flags[index],
      }));
      assert.deepEqual(rows, expected);
    });
  });
}

describe('the metadata', () => {
  it('tells each column’s meaning and how the results came about, and no time', async () => {
    const cohort = await Cohort.make([{ age: '61' }]);
    const run = await cohort.open({ timings: false });
    await run.write('s0', { embedding: embedding(0) });
    await run.close();
    const { schema } = tableFromIPC(await readFile(join(cohort.dataset(), 'part-00000.arrow')));
    const about = Object.fromEntries(schema.fields.map((f) => [f.name, f.metadata.get('description')]));
    assert.deepEqual(about, {
      sid: 'Subject id',
      age: 'Column of the manifest',
      embedding: 'subject vector, [128]',
      lung_ml: 'volume of both lungs, ml',
      edges: 'edges of the graph',
      covered: 'whether every patch lies in the scan',
      engine: 'engine that computed the features',
      flags: 'Reasons to look at this subject before trusting its row',
    });
    assert.deepEqual([...schema.metadata], [
      ['lungflow.pipeline', 'stages:\n  - load\n  - write\n'],
      ['lungflow.weights', 'seed 0 (untrained)'],
      ['lungflow.rows', '[[0,"s0"]]'],
    ]); // prettier-ignore
  });
});
