import assert from 'node:assert/strict';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import pl from 'nodejs-polars';
import { temporaryDirectory } from '../temporary.js';
import { phantomCohort, pipeline } from './command.js';

async function rowsOf(out: string) {
  const part = (await readdir(join(out, 'features'))).find((name) => name.startsWith('part-'))!;
  return pl.scanIPC(join(out, 'features', part)).collectSync();
}

describe('transforms, end to end', () => {
  it('a run that takes the transforms of another gives the same rows', async () => {
    const cohort = await phantomCohort();
    const run = (manifest: string, out: string, ...more: string[]) =>
      pipeline(
        ...['run', 'pipelines/extract.yaml', '--input', manifest, '--out', out],
        ...['--set', `atlas=${join(cohort, 'few-landmarks')}`, '--set', 'write.timings=false', ...more],
      );
    const [first, second] = ['found', 'given'].map(temporaryDirectory);
    const found = await run(join(cohort, 'manifest.csv'), first, '--limit', '2');
    assert.equal(found.code, 0, found.stderr);

    const [header, ...rows] = (await readFile(join(cohort, 'manifest.csv'), 'utf8')).trim().split(/\r?\n/);
    // Either kind of file; the third subject's is not there, and fails alone.
    const endings = ['_0GenericAffine.mat', '.tfm', '.tfm'];
    const lines = rows.map((row, i) => {
      const [sid, image, ...rest] = row.split(',');
      const transform = join(first, 'transforms', `${sid}_Reg_Atlas_Affine${endings[i]}`);
      return [sid, join(cohort, image), ...rest, transform].join(',');
    });
    const manifest = join(second, 'manifest.csv');
    await writeFile(manifest, [`${header},transform`, ...lines].join('\n'));
    const given = await run(manifest, second, '--set', 'register.transform=transform');
    assert.equal(given.code, 1, given.stderr);
    assert.match(given.stderr, /in register: The transform file is not there\./);

    const [a, b] = [await rowsOf(first), await rowsOf(second)];
    assert.equal(b.height, 2);
    assert.deepEqual(b.columns, a.columns, 'the column of transforms is no property of the subject');
    assert.deepEqual(b.toRecords(), a.toRecords());
    assert.ok(!(await readdir(second)).includes('transforms'));
  });
});
