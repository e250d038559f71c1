import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { parse } from 'csv-parse/sync';
import { temporaryDirectory } from '../temporary.js';
import { phantomCohort, pipeline } from './command.js';

describe('a run for volumes and quality alone', () => {
  it('needs neither atlas nor networks, and gives its table as CSV', async () => {
    const cohort = await phantomCohort();
    const dir = temporaryDirectory('volumes');
    const file = join(dir, 'volumes.yaml');
    await writeFile(file, 'stages: [load, segment, {write: {columns: []}}]\n');
    const [input, out] = [join(cohort, 'manifest.csv'), join(dir, 'out')];
    const ran = await pipeline('run', file, '--input', input, '--out', out);
    assert.equal(ran.code, 0, ran.stderr);
    assert.doesNotMatch(ran.stderr, /untrained|every row/);
    const { code, stdout } = await pipeline('show', out, '--csv');
    assert.equal(code, 0);
    const rows = parse<Record<string, string>>(stdout, { columns: true });
    const truth = parse<Record<string, string>>(await readFile(input, 'utf8'), { columns: true });
    assert.deepEqual(
      rows.map(({ sid, severity }) => [sid, Number(severity)]),
      truth.map(({ sid, severity }) => [sid, Number(severity)]),
    );
    for (const [i, row] of rows.entries()) {
      assert.ok(
        Math.abs(Number(row['right_lung_ml']) / Number(truth[i]['right_ml']) - 1) < 0.1,
        JSON.stringify(row),
      );
      assert.ok(!('seconds_load' in row));
    }
  });
});
