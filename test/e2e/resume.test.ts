import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { cp, mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { before, describe, it } from 'node:test';
import pl from 'nodejs-polars';
import { readRunRecord } from '../../src/store/run-record.js';
import { temporaryDirectory } from '../temporary.js';
import { phantomCohort, pipeline, root } from './command.js';

describe('a run that resumes', () => {
  let cohort: string;
  let rows: string[][];
  before(async () => {
    cohort = await phantomCohort();
    const text = await readFile(join(cohort, 'manifest.csv'), 'utf8');
    rows = text
      .trim()
      .split('\n')
      .map((line) => line.split(','));
  });

  /** Its scans by absolute paths, and a column more. */
  async function manifest(ages: readonly string[]): Promise<string> {
    const path = join(temporaryDirectory('resume'), 'cohort.csv');
    const [, ...subjects] = rows;
    const lines = subjects.map(([sid, image], i) => `${sid},${join(cohort, image)},${ages[i]}`);
    await writeFile(path, ['sid,image,age', ...lines, ''].join('\n'));
    return path;
  }
  const extract = (input: string, atlas: string, out: string, ...more: string[]) =>
    pipeline(
      ...['run', 'pipelines/extract.yaml', '--input', input, '--out', out, '--set', `atlas=${atlas}`],
      ...['--set', 'write.timings=false', ...more],
    );
  const part = (out: string) => join(out, 'features/part-00000.arrow');
  const hash = async (path: string) =>
    createHash('sha256')
      .update(await readFile(path))
      .digest('hex');

  it('goes on with another name for the atlas and corrected covariates, and ends as if it had begun so', async () => {
    const [out, fresh] = [temporaryDirectory('resumed'), temporaryDirectory('fresh')];
    const elsewhere = join(temporaryDirectory('elsewhere'), 'few-landmarks');
    await mkdir(elsewhere);
    await cp(join(cohort, 'few-landmarks'), elsewhere, { recursive: true });
    const begun = await extract(await manifest(['61', '62', '63']), elsewhere, out, '--limit', '2');
    assert.equal(begun.code, 0, begun.stderr);

    const corrected = await manifest(['61', 'NA', '64']);
    const resumed = await extract(corrected, `${relative(root, join(cohort, 'few-landmarks'))}/`, out);
    assert.equal(resumed.code, 0, resumed.stderr);
    assert.match(resumed.stderr, /2 of 3 subjects were done before/);
    assert.match(resumed.stderr, /columns have changed since: 1 row is kept/);
    assert.match(resumed.stderr, /A cell of the manifest says that there is no value.*null in age/);
    assert.deepEqual(pl.scanIPC(part(out)).collectSync().getColumn('age').toArray(), [61, null, 64]);

    const whole = await extract(corrected, join(cohort, 'few-landmarks'), fresh);
    assert.equal(whole.code, 0, whole.stderr);
    assert.equal(await hash(part(out)), await hash(part(fresh)));
    assert.deepEqual(
      (await readdir(out, { recursive: true })).filter((name) => /\.tmp$|\.lock/.test(name)),
      [],
    );
    const { attempts, done, flags } = await readRunRecord(out);
    assert.deepEqual(
      attempts.map((attempt) => [attempt.subjects, attempt.done, attempt.failed, attempt.command?.[0]]),
      [
        [2, 2, 0, 'run'],
        [3, 1, 0, 'run'],
      ],
    );
    assert.equal(done, 3);
    assert.match(flags.join(), /encoder is untrained/);
  });
});
