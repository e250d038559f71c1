/** What the stage `write` wrote, read back. */
import assert from 'node:assert/strict';
import { mkdir, readFile, rename, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { openDataset, type Dataset, type DatasetRow } from '../../../src/store/dataset/dataset-reader.js';
import { temporaryDirectory } from '../../temporary.js';
import { Cohort, patchesOf, tensor } from './cohort.js';

const manifest = [
  { site: 'Bergen', age: '61' },
  { site: '', age: '-4' },
  { site: 'Århus', age: '' },
  { site: '', age: '' },
];
const embedding = (row: number) => tensor([row, row + 0.25]);
const rowOf = (row: number, more: object = {}) => ({
  sid: `s${row}`,
  site: manifest[row].site || null,
  age: manifest[row].age ? BigInt(manifest[row].age) : null,
  embedding: { data: Float32Array.of(row, row + 0.25), shape: [2] },
  lung_ml: null,
  edges: row,
  covered: null,
  engine: null,
  flags: [],
  ...more,
});

async function written(format: 'arrow' | 'parquet', sids: readonly number[]) {
  const cohort = await Cohort.make(manifest);
  const run = await cohort.open({ timings: false, rows: 2, format });
  for (const row of sids) await run.write(`s${row}`, { embedding: embedding(row) }, { edges: row });
  return { cohort, run };
}

async function rowsOf(dataset: Dataset): Promise<DatasetRow[]> {
  const rows: DatasetRow[] = [];
  for await (const row of dataset.rows()) {
    const { data, shape } = row['embedding'] as { data: Float32Array; shape: readonly number[] };
    rows.push({ ...row, embedding: { data: data.slice(), shape } });
  }
  return rows;
}

for (const format of ['arrow', 'parquet'] as const) {
  describe(`a dataset of ${format} files`, () => {
    it('gives its rows as plain objects, in the manifest’s order, with what it says of them', async () => {
      const { cohort, run } = await written(format, [0, 2, 3]);
      await run.close();
      const dataset = await openDataset(cohort.dataset());
      assert.deepEqual(
        dataset.files,
        [0, 1].map((part) => join(cohort.dataset(), `part-0000${part}.${format}`)),
      );
      assert.deepEqual(dataset.provenance, cohort.provenance);
      assert.deepEqual(
        dataset.columns.map(({ name }) => name),
        Object.keys(rowOf(0)),
      );
      assert.deepEqual(dataset.sids, ['s0', 's2', 's3']);
      assert.deepEqual(await rowsOf(dataset), [rowOf(0), rowOf(2), rowOf(3)]);
      assert.deepEqual(await rowsOf(dataset), await rowsOf(dataset), 'as often as one likes');
    });

    it('has the rows that wait for their part while a run goes on, or after it was killed', async () => {
      const { cohort, run } = await written(format, [1, 2, 3, 0]); // 0 comes late: its part stands already
      const dataset = await openDataset(cohort.dataset());
      assert.ok(dataset.files.some((path) => path.includes('.rows')) && dataset.files.length > 1);
      assert.deepEqual(
        await rowsOf(dataset),
        [0, 1, 2, 3].map((row) => rowOf(row)),
      );
      await run.close();
    });

    it('may be left half-way', async () => {
      const { cohort, run } = await written(format, [0, 1, 2]);
      await run.close();
      for await (const { sid } of (await openDataset(cohort.dataset())).rows()) {
        assert.equal(sid, 's0');
        break;
      }
    });

    it('names the part that is damaged', async () => {
      const { cohort, run } = await written(format, [0, 1, 2]);
      await run.close();
      const part = join(cohort.dataset(), `part-00001.${format}`);
      await truncate(part, (await readFile(part)).length - 100);
      await assert.rejects(openDataset(cohort.dataset()), (error: Error & { code?: string }) => {
        assert.equal(error.code, 'table-corrupt');
        return error.message.includes(part);
      });
    });
  });
}

describe('a dataset', () => {
  it('gives flags and facts, and the table that stands beside the reference’s files', async () => {
    const cohort = await Cohort.make(manifest);
    const run = await cohort.open({ format: 'npy', timings: false });
    await run.write('s1', patchesOf(1), { covered: false, engine: 'wasm', lung_ml: 2.5 }, ['few edges']);
    await run.close();
    const rows: DatasetRow[] = [];
    for await (const row of (await openDataset(cohort.dataset())).rows()) rows.push(row);
    const found = { covered: false, engine: 'wasm', lung_ml: 2.5, edges: null, flags: ['few edges'] };
    const expected: Record<string, unknown> = rowOf(1, found);
    delete expected['embedding'];
    assert.deepEqual(rows, [expected]);
  });

  it('has no rows where no subject has come to its end', async () => {
    const { cohort, run } = await written('arrow', []);
    await run.close();
    const dataset = await openDataset(cohort.dataset());
    assert.deepEqual([dataset.columns, dataset.sids, await rowsOf(dataset)], [[], [], []]);
  });

  it('is refused where there is none, or parts of two pipelines lie together', async () => {
    const directory = temporaryDirectory('no-dataset');
    await mkdir(join(directory, 'features'));
    for (const path of [directory, join(directory, 'features'), join(directory, 'nowhere')])
      await assert.rejects(openDataset(path), { code: 'no-dataset', kind: 'usage' });
    const { cohort, run } = await written('arrow', [0, 1, 2]);
    await run.close();
    const other = await Cohort.make(manifest);
    other.provenance.set('weights', 'seed 1');
    const again = await other.open({ timings: false, rows: 2 });
    await again.write('s0', { embedding: embedding(0) });
    await again.close();
    await rename(join(other.dataset(), 'part-00000.arrow'), join(cohort.dataset(), 'part-00002.arrow'));
    await assert.rejects(openDataset(cohort.dataset()), {
      code: 'dataset-mixed',
      message: /part-00002\.arrow.*weights/s,
    });
  });
});
