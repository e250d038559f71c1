import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { parse } from 'csv-parse/sync';
import { temporaryDirectory } from '../temporary.js';
import { phantomCohort, pipeline, root } from './command.js';

describe('the pipeline of docs/stage-authors.md', () => {
  it('runs as printed, with a stage that is not of this package', async () => {
    const cohort = await phantomCohort();
    const dir = temporaryDirectory('stage-author');
    const document = await readFile(join(root, 'docs/stage-authors.md'), 'utf8');
    const printed = /```yaml\n([^`]*)```/.exec(document)?.[1] ?? '';
    assert.match(printed, /use: \.\/low-attenuation\.js/);
    const file = join(dir, 'mine.yaml');
    const placed = printed
      .replace('./low-attenuation.js', join(root, 'docs/examples/low-attenuation.js'))
      .replace('../atlas', join(cohort, 'atlas'));
    await writeFile(file, placed);
    const input = join(cohort, 'manifest.csv');
    const ran = await pipeline('run', file, '--input', input, '--out', join(dir, 'out'), '--limit', '1');
    assert.equal(ran.code, 0, ran.stderr);
    const { stdout } = await pipeline('show', join(dir, 'out'), '--csv');
    const [row] = parse<Record<string, string>>(stdout, { columns: true });
    assert.ok(Number(row['low_attenuation']) > 0 && Number(row['low_attenuation']) < 1, stdout);

    await writeFile(
      join(dir, 'lost.js'),
      "import { defineStage } from 'lungflow';\nexport default defineStage({});\n",
    );
    await writeFile(file, 'stages: [{use: ./lost.js}]\n');
    const lost = await pipeline('validate', file);
    assert.equal(lost.code, 2);
    assert.ok(
      lost.stderr.includes(`in its folder, \`npm install ${join(root, '/')}\` does that`),
      lost.stderr,
    );
  });
});

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
