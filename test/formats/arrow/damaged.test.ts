import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { mulberry32 } from '../../../src/core/mulberry32.js';
import { LungflowError } from '../../../src/core/errors.js';
import type { Row, TableSchema } from '../../../src/formats/arrow/column.js';
import { tableFormat } from '../../../src/formats/arrow/table-format.js';
import { writeDurably } from '../../../src/store/durable-file.js';
import { temporaryDirectory } from '../../temporary.js';

const schema: TableSchema = {
  columns: [
    { name: 'sid', type: 'utf8', about: 'id' },
    { name: 'age', type: 'int64', about: 'years' },
    { name: 'fev1', type: 'float64', about: 'l' },
    { name: 'covered', type: 'bool', about: 'whether' },
    { name: 'embedding', type: { element: 'float32', shape: [4, 8] }, about: 'vector' },
    { name: 'flags', type: 'list<utf8>', about: 'reasons' },
  ],
  metadata: new Map([['lungflow.pipeline', 'extract']]),
};

// eslint-disable-next-line @typescript-eslint/require-await -- as formats take them
async function* rows(count: number): AsyncGenerator<Row> {
  for (let i = 0; i < count; i++)
    yield [
      `s${i}`,
      i % 3 ? BigInt(i) : null,
      i / 7,
      i % 2 === 0,
      new Float32Array(32).fill(i),
      i % 4 ? [] : ['odd', `${i}`],
    ];
}

for (const [name, runs] of [
  ['arrow', 600],
  ['parquet', 200],
] as const)
  describe(`a damaged ${name} file`, () => {
    const path = join(temporaryDirectory(`damaged-${name}`), 'part');

    async function outcome(bytes: Uint8Array): Promise<'read' | 'table-corrupt'> {
      const format = await tableFormat(name);
      await writeFile(path, bytes);
      try {
        await format.readSchema(path);
        let cells = 0;
        for await (const row of format.readRows(path)) cells += row.length;
        assert.ok(cells < 10_000);
        return 'read';
      } catch (error) {
        assert.ok(error instanceof LungflowError && error.code === 'table-corrupt', String(error));
        return error.code;
      }
    }

    it('is read or refused, whatever is wrong with it, and never followed without end', async () => {
      await writeDurably(path, (await tableFormat(name)).encode(schema, rows(20)));
      const sound = await readFile(path);
      const random = mulberry32(21);
      const below = (n: number) => Math.floor(random() * n);
      const extremes = [0, 1, -1, 0x7fffffff, -0x80000000, 0x7ffffff0, 8, 256];
      const count = { read: 0, 'table-corrupt': 0 };
      let slowestMs = 0;
      for (let run = 0; run < runs; run++) {
        const bytes = Buffer.from(sound);
        const from = run % 2 ? Math.max(0, bytes.length - 2500) : 0; // half of it where footers lie
        for (let n = 1 + below(4); n > 0; n--) {
          const at = from + below(bytes.length - from - 4);
          if (run % 3 === 0) bytes[at] = below(256);
          else bytes.writeInt32LE(extremes[below(extremes.length)], at - (at % 4));
        }
        const started = performance.now();
        count[await outcome(run % 10 === 9 ? bytes.subarray(0, below(bytes.length)) : bytes)] += 1;
        slowestMs = Math.max(slowestMs, performance.now() - started);
        if (run % 20 === 0) assert.equal(await outcome(sound), 'read'); // whatever came before
      }
      assert.ok(count.read > 0 && count['table-corrupt'] > 50, JSON.stringify(count));
      assert.ok(slowestMs < 5000, `${slowestMs} ms`);
    });
  });
