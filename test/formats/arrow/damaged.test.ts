import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { mulberry32 } from '../../../src/core/mulberry32.js';
import { LungflowError } from '../../../src/core/errors.js';
import { arrowFile } from '../../../src/formats/arrow/arrow-file.js';
import type { Row, TableSchema } from '../../../src/formats/arrow/column.js';
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

describe('a damaged Arrow file', () => {
  const dir = temporaryDirectory('damaged-arrow');
  const path = join(dir, 'part.arrow');

  async function outcome(bytes: Uint8Array): Promise<'read' | 'table-corrupt'> {
    await writeFile(path, bytes);
    try {
      await arrowFile.readSchema(path);
      let count = 0;
      for await (const row of arrowFile.readRows(path)) count += row.length;
      assert.ok(count < 10_000);
      return 'read';
    } catch (error) {
      assert.ok(error instanceof LungflowError && error.code === 'table-corrupt', String(error));
      return error.code;
    }
  }

  it('is read or refused, whatever is wrong with it, and never followed without end', async () => {
    await writeDurably(path, arrowFile.encode(schema, rows(20)));
    const sound = await readFile(path);
    assert.equal(await outcome(sound), 'read');
    const random = mulberry32(21);
    const below = (n: number) => Math.floor(random() * n);
    const extremes = [0, 1, -1, 0x7fffffff, -0x80000000, 0x7ffffff0, 8, 256];
    let [refused, runs] = [0, 600];
    const started = performance.now();
    for (let run = 0; run < runs; run++) {
      const bytes = Buffer.from(sound);
      // Half of the damage where headers lie: the last part and the beginning of batches.
      const from = run % 2 ? Math.max(0, bytes.length - 2500) : 0;
      for (let n = 1 + below(4); n > 0; n--) {
        const at = from + below(bytes.length - from - 4);
        if (run % 3 === 0) bytes[at] = below(256);
        else bytes.writeInt32LE(extremes[below(extremes.length)], at - (at % 4));
      }
      if ((await outcome(run % 10 === 9 ? bytes.subarray(0, below(bytes.length)) : bytes)) !== 'read')
        refused += 1;
    }
    runs = (performance.now() - started) / runs;
    assert.ok(refused > 100, String(refused));
    assert.ok(runs < 100, `${runs} ms each`);
  });
});
