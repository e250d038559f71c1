/** The reference's files in the middle: `preprocess` leaves them, `extract` starts from them. */
import assert from 'node:assert/strict';
import { cp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import pl from 'nodejs-polars';
import { temporaryDirectory } from '../temporary.js';
import { phantomCohort, pipeline, start } from './command.js';

const EXTRACT = 'pipelines/extract.yaml';
const NPY = ['--set', 'write.format=npy'];

describe('extract from patches that were cut before', () => {
  let scans: string[];
  let directory: string;
  let sids: string[];
  before(async () => {
    const cohort = await phantomCohort();
    scans = [
      ...['--input', join(cohort, 'manifest.csv'), '--limit', '2'],
      ...['--set', `atlas=${join(cohort, 'few-landmarks')}`],
    ];
    const out = temporaryDirectory('npy');
    // Killed after the first subject, and resumed.
    const args = ['run', 'pipelines/preprocess.yaml', ...scans, ...NPY, '--out', out, '--jobs', '1'];
    const { child, ended } = start(args);
    const sawOne = new Promise<void>((go) =>
      child.stderr!.on('data', (chunk: Buffer) => /\[1\/2\]/.test(chunk.toString()) && go()),
    );
    await Promise.race([sawOne, ended]);
    child.kill('SIGKILL');
    await ended;
    const { code, stderr } = await pipeline(...args);
    assert.equal(code, 0, stderr);
    assert.match(stderr, /[12] of 2 subjects were done before/);
    directory = join(out, 'features');
    sids = (await readdir(join(directory, 'patch'))).map((name) => name.replace('_patch.npy', '')).sort();
  });

  const extract = (out: string, ...more: string[]) =>
    pipeline('run', EXTRACT, '--out', out, '--set', 'write.timings=false', ...more);
  const tableOf = (out: string) => pl.scanIPC(join(out, 'features/part-00000.arrow')).collectSync();
  const numbers = (out: string, column: string) => JSON.stringify(tableOf(out).getColumn(column).toArray());

  it('has three files a subject and a table with what was found out', async () => {
    assert.equal(sids.length, 2);
    assert.deepEqual((await readdir(directory)).sort(), [
      '.rows',
      'adj',
      'patch',
      'patch_loc',
      'subjects.arrow',
    ]);
    for (const folder of ['patch', 'patch_loc', 'adj'])
      assert.deepEqual(
        (await readdir(join(directory, folder))).sort(),
        sids.map((sid) => `${sid}_${folder}.npy`),
      );
    const table = pl.scanIPC(join(directory, 'subjects.arrow')).collectSync();
    assert.deepEqual(table.getColumn('sid').toArray(), sids);
    for (const column of ['severity', 'right_lung_ml', 'dice_left', 'graph_edges', 'flags'])
      assert.ok(table.columns.includes(column), column);
  });

  it('gives the numbers of the run from the scans, bit for bit', async () => {
    const [fromScans, fromPatches] = [temporaryDirectory('scans'), temporaryDirectory('patches')];
    const whole = await extract(fromScans, ...scans);
    assert.equal(whole.code, 0, whole.stderr);
    const first = await extract(fromPatches, '--input', directory, '--limit', '1');
    assert.equal(first.code, 0, first.stderr);
    assert.match(
      first.stderr,
      /The input holds patches, corners, adjacency .*: the run starts at encode; left out: load, segment, register, preview, resample, patch\./,
    );
    const rest = await extract(fromPatches, '--input', directory);
    assert.equal(rest.code, 0, rest.stderr);
    assert.match(rest.stderr, /1 of 2 subjects were done before/);
    for (const column of ['sid', 'embedding', 'nodes', 'graph_edges'])
      assert.equal(numbers(fromPatches, column), numbers(fromScans, column), column);
    const record = JSON.parse(await readFile(join(fromPatches, 'run.json'), 'utf8')) as { notices: string[] };
    assert.match(record.notices.join('\n'), /left out: load/);

    const mixed = await extract(fromPatches, ...scans);
    assert.equal(mixed.code, 2, 'another pipeline');
  });

  it('goes on past a subject whose files are not whole, and exits with 1', async () => {
    const damaged = temporaryDirectory('damaged');
    await cp(directory, damaged, { recursive: true });
    await rm(join(damaged, 'adj', `${sids[0]}_adj.npy`));
    for (const folder of ['patch', 'patch_loc', 'adj'])
      await writeFile(join(damaged, folder, `text_${folder}.npy`), 'not an array');
    const out = temporaryDirectory('damaged-out');
    const { code, stderr } = await extract(out, '--input', damaged);
    assert.equal(code, 1, stderr);
    assert.match(stderr, new RegExp(`${sids[0]} in read-patches: The subject's adjacency file is not there`));
    assert.match(stderr, /text in read-patches: The subject's patch file cannot be used/);
    assert.deepEqual(tableOf(out).getColumn('sid').toArray(), [sids[1]]);
    const only = await extract(out, '--input', directory, '--only', sids[0], '--dry-run');
    assert.equal(only.code, 0, only.stderr);
    assert.match(only.stdout, /left out: load.*read-patches.*1 subject\n$/s);
  });

  it('shows the shortened pipeline', async () => {
    const described = await pipeline('describe', EXTRACT, '--input', directory);
    assert.equal(described.code, 0, described.stderr);
    assert.match(described.stdout, /starts at encode.*read-patches.*encode.*aggregate.*write/s);
    assert.doesNotMatch(described.stdout, /register {2}/);
    const validated = await pipeline('validate', EXTRACT, '--input', directory);
    assert.match(validated.stdout, /is right: read-patches → encode → aggregate → write/);
    assert.match((await pipeline('stages', 'read-patches')).stdout, /input +a directory with patch\//);
  });

  it('says in one sentence what is wrong with a directory, and exits with 2', async () => {
    const out = temporaryDirectory('none');
    const { code, stderr } = await extract(out, '--input', out);
    assert.equal(code, 2);
    assert.match(stderr, /a directory that no stage knows how to start from/);
    const other = await pipeline(
      'run',
      'pipelines/preprocess.yaml',
      ...scans,
      '--out',
      join(directory, '..'),
    );
    assert.equal(other.code, 2, other.stderr);
    assert.match(other.stderr, /not of this pipeline and its `format`/);
  });
});
