import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, cp, mkdir, readdir, readFile, truncate, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { before, describe, it } from 'node:test';
import pl from 'nodejs-polars';
import type { TraceEvent } from '../../src/trace/event-file.js';
import { temporaryDirectory } from '../temporary.js';
import { phantomCohort, pipeline, root, start } from './command.js';

const EXTRACT = 'pipelines/extract.yaml';

async function partsOf(out: string): Promise<string[]> {
  const names = await readdir(out, { recursive: true });
  return names
    .filter((name) => /part-\d+\.(arrow|parquet)$/.test(name))
    .sort()
    .map((name) => join(out, name));
}

/** By Polars, which shares no code with our writer. */
const readArrow = (path: string) => pl.scanIPC(path).collectSync();

async function fingerprint(out: string): Promise<string> {
  const hash = createHash('sha256');
  for (const part of await partsOf(out)) hash.update(await readFile(part));
  return hash.digest('hex');
}

describe('pipeline run, end to end', () => {
  let cohort: string;
  let inputs: string[];
  const extract = (out: string, ...more: string[]) =>
    pipeline('run', EXTRACT, ...inputs, '--out', out, ...more);
  before(async () => {
    cohort = await phantomCohort();
    inputs = ['--input', join(cohort, 'manifest.csv'), '--set', `atlas=${join(cohort, 'few-landmarks')}`];
  });

  it('turns scans into a table that an independent reader agrees with', async () => {
    const out = temporaryDirectory('extract');
    const { code, stderr } = await extract(out);
    assert.equal(code, 0, stderr);
    assert.match(stderr, /engine/i);
    for (const network of ['patch encoder', 'graph network'])
      assert.match(
        stderr.slice(stderr.indexOf('done')),
        new RegExp(`every row: the ${network} is untrained`),
      );
    const shown = await pipeline('show', out);
    assert.match(shown.stdout, /every row shown: the patch encoder is untrained .* no clinical meaning/);
    const [part, ...more] = await partsOf(out);
    assert.equal(more.length, 0);
    const table = readArrow(part);
    assert.equal(table.height, 3);
    for (const column of [
      'sid',
      'severity',
      'embedding',
      'nodes',
      'right_lung_ml',
      'left_lung_ml',
      'mutual_information',
      'dice_right',
      'dice_left',
      'graph_edges',
      'filled_voxels',
      'seconds_load',
      'flags',
    ])
      assert.ok(table.columns.includes(column), `no column ${column} in ${table.columns.join(' ')}`);
    for (const flags of table.getColumn('flags').toArray() as unknown as Iterable<string>[])
      assert.match(Array.from(flags).join(), /encoder is untrained.*network is untrained/);
    const embeddings = table.getColumn('embedding').toArray() as unknown as number[][];
    for (const embedding of embeddings) {
      const values = Array.from(embedding as Iterable<number>);
      assert.equal(values.length, 128);
      assert.ok(values.every(Number.isFinite));
      assert.ok(new Set(values).size > 64, 'not a constant');
    }
    assert.notDeepEqual(Array.from(embeddings[0]), Array.from(embeddings[1]));
    for (const side of ['right', 'left'])
      for (const ml of table.getColumn(`${side}_lung_ml`).toArray() as number[])
        assert.ok(ml > 500 && ml < 6000, `${side} lung of ${ml} ml`);
    for (const dice of table.getColumn('dice_right').toArray() as number[])
      assert.ok(dice > 0.8, `Dice ${dice}`);
    const pictures = await readdir(join(out, 'previews'));
    assert.equal(pictures.length, 3);
  });

  it('writes the same bytes whatever the number of jobs, and after an interruption', async () => {
    const runs = ['a', 'b'].map(temporaryDirectory);
    const run = (out: string, ...more: string[]) => extract(out, '--set', 'write.timings=false', ...more);
    assert.equal((await run(runs[0], '--jobs', '1')).code, 0);
    const first = await run(runs[1], '--jobs', '2', '--limit', '1');
    assert.equal(first.code, 0, first.stderr);
    const second = await run(runs[1], '--jobs', '2');
    assert.equal(second.code, 0, second.stderr);
    assert.match(second.stderr, /1 of 3 subjects were done before/);
    const [a, b] = await Promise.all(runs.map(fingerprint));
    assert.equal(a, b);
  });

  it('answers Ctrl-C within a second, exits with 130, leaves nothing half-written, and resumes', async () => {
    const out = temporaryDirectory('interrupt');
    const { child, ended } = start(['run', EXTRACT, ...inputs, '--out', out, '--jobs', '1']);
    const sawOne = new Promise<void>((go) =>
      child.stderr!.on('data', (chunk: Buffer) => /\[1\/3\]/.test(chunk.toString()) && go()),
    );
    await Promise.race([sawOne, ended]);
    const stopped = performance.now();
    child.kill('SIGINT');
    const { code, stderr } = await ended;
    assert.ok(performance.now() - stopped < 1500, `${performance.now() - stopped} ms`);
    assert.equal(code, 130, stderr);
    const names = await readdir(out, { recursive: true });
    assert.deepEqual(
      names.filter((name) => name.includes('.tmp')),
      [],
    );
    const again = await extract(out);
    assert.equal(again.code, 0, again.stderr);
    assert.match(again.stderr, /of 3 subjects were done before/);
    assert.equal(readArrow((await partsOf(out))[0]).height, 3);
  });

  it('writes Parquet', async () => {
    const out = temporaryDirectory('parquet');
    const { code, stderr } = await extract(out, '--limit', '1', '--set', 'write.format=parquet');
    assert.equal(code, 0, stderr);
    const table = pl.readParquet((await partsOf(out))[0]);
    assert.equal(table.height, 1);
    assert.equal(
      Array.from(table.getColumn('embedding').toArray()[0] as unknown as Iterable<number>).length,
      128,
    );
  });

  it('preprocesses: patches, corners and adjacency', async () => {
    const out = temporaryDirectory('preprocess');
    const { code, stderr } = await pipeline(
      'run',
      'pipelines/preprocess.yaml',
      ...inputs,
      '--out',
      out,
      '--limit',
      '1',
    );
    assert.equal(code, 0, stderr);
    assert.equal((await partsOf(out)).length, 1);
  });

  it('goes on past bad scans, names each with its reason, and exits with 1', async () => {
    const bad = temporaryDirectory('bad');
    await cp(cohort, bad, { recursive: true });
    const [header, ...rows] = (await readFile(join(bad, 'manifest.csv'), 'utf8')).trim().split(/\r?\n/);
    const good = rows[0].split(',');
    const image = (name: string) => [name, `${name}.nii.gz`, ...good.slice(2)].join(',');
    await cp(join(bad, good[1]), join(bad, 'truncated.nii.gz'));
    await truncate(join(bad, 'truncated.nii.gz'), 40_000);
    await writeFile(join(bad, 'text.nii.gz'), 'not a scan');
    await writeFile(join(bad, 'empty.nii.gz'), '');
    const manifest = [
      header,
      image('truncated'),
      rows[0],
      image('text'),
      image('empty'),
      image('absent'),
      rows[1],
    ];
    await writeFile(join(bad, 'manifest.csv'), manifest.join('\n'));
    const out = temporaryDirectory('bad-out');
    const { code, stderr } = await pipeline(
      'run',
      EXTRACT,
      '--input',
      join(bad, 'manifest.csv'),
      '--set',
      `atlas=${join(bad, 'atlas')}`,
      '--out',
      out,
    );
    assert.equal(code, 1, stderr);
    for (const sid of ['truncated', 'text', 'empty', 'absent'])
      assert.match(stderr, new RegExp(`${sid} in load: .+\\.`));
    const table = readArrow((await partsOf(out))[0]);
    assert.deepEqual(table.getColumn('sid').toArray(), [good[0], rows[1].split(',')[0]]);
    const ledger = (await readFile(join(out, 'failures.jsonl'), 'utf8')).trim().split('\n');
    assert.equal(ledger.length, 4);
  });

  it(
    'says so when it may not write, before it reads a scan',
    { skip: process.getuid?.() === 0 && 'root may write anywhere' },
    async () => {
      const out = temporaryDirectory('read-only');
      await chmod(out, 0o500);
      const { code, stderr } = await pipeline('run', EXTRACT, ...inputs, '--out', join(out, 'below'));
      assert.notEqual(code, 0);
      assert.match(stderr, /permission/i);
    },
  );

  it('speaks JSON lines to machines', async () => {
    const out = temporaryDirectory('json');
    const { code, stdout } = await extract(out, '--limit', '1', '--json');
    assert.equal(code, 0);
    const events = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { type: string });
    const types = new Set(events.map(({ type }) => type));
    for (const type of ['start', 'stage-end', 'scan-end', 'summary']) assert.ok(types.has(type), type);
  });

  it('traces lanes, worker threads and memory, and nothing but sids tells the subjects', async () => {
    const out = temporaryDirectory('traced');
    const path = join(out, 'trace.json');
    const { code, stderr } = await extract(out, '--trace', path, '--jobs', '2');
    assert.equal(code, 0, stderr);
    assert.ok(!existsSync(`${path}.partial`));
    const text = await readFile(path, 'utf8');
    assert.ok(!text.includes('.nii') && !text.includes(cohort), 'no path of a scan');
    const events = JSON.parse(text) as TraceEvent[];
    const named = events.flatMap((event) =>
      event.ph === 'M' && event.name === 'thread_name' ? [event] : [],
    );
    const tracks = named.map(({ args }) => String(args['name']));
    assert.deepEqual(tracks.map((name) => name.replace(/\d+$/, 'N')).toSorted(), [
      'cpu N',
      'cpu N',
      'io N',
      'io N',
      'thread N',
      'thread N',
    ]);
    const work = events.filter((event) => event.ph === 'X');
    for (const track of named) {
      const onTrack = work.filter((event) => event.pid === track.pid && event.tid === track.tid);
      const inOrder = onTrack.toSorted((a, b) => a.ts - b.ts);
      assert.ok(inOrder.every(({ ts }, i) => i === 0 || ts >= inOrder[i - 1].ts + inOrder[i - 1].dur));
    }
    const loads = work.filter(({ cat, args }) => cat === 'lanes' && args['stage'] === 'load');
    const sids = pl.readCSV(join(cohort, 'manifest.csv')).getColumn('sid').toArray() as string[];
    assert.deepEqual(loads.map(({ args }) => args['sid']).toSorted(), sids.toSorted());
    const kernels = new Set(work.filter(({ cat }) => cat === 'worker threads').map(({ name }) => name));
    for (const kernel of ['readCt', 'registerLungs', 'cutPatches']) assert.ok(kernels.has(kernel), kernel);
    const counters = new Set(events.flatMap((event) => (event.ph === 'C' ? [event.name] : [])));
    assert.deepEqual([...counters].toSorted(), ['reserved by scans', 'resident']);
  });

  it('leaves a trace that can be read when it is killed, and refuses one that cannot be written', async () => {
    const out = temporaryDirectory('killed');
    const path = join(out, 'trace.json');
    const { child, ended } = start(['run', EXTRACT, ...inputs, '--out', out, '--trace', path]);
    for (;;) {
      const text = await readFile(`${path}.partial`, 'utf8').catch(() => '');
      if (text.includes('readCt')) break;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    child.kill('SIGKILL');
    await ended;
    assert.ok(!existsSync(path));
    const left = await readFile(`${path}.partial`, 'utf8');
    assert.ok((JSON.parse(`${left}]`) as TraceEvent[]).length > 6);
    for (const place of [join(`${path}.partial`, 'below a file.json'), out]) {
      const nowhere = await extract(out, '--trace', place);
      assert.equal(nowhere.code, 1);
      assert.match(nowhere.stderr, /could not be written/);
    }
  });

  it('takes only the subjects asked for', async () => {
    const out = temporaryDirectory('only');
    const sid = (await readFile(join(cohort, 'manifest.csv'), 'utf8')).split(/\r?\n/)[2].split(',')[0];
    const { code, stderr } = await extract(out, '--only', sid);
    assert.equal(code, 0, stderr);
    assert.deepEqual(
      readArrow((await partsOf(out))[0])
        .getColumn('sid')
        .toArray(),
      [sid],
    );
  });
});

describe('pipeline, before any scan is read', () => {
  it('exits with 2 for a bad pipeline file, with file and line', async () => {
    const dir = temporaryDirectory('bad-yaml');
    const file = join(dir, 'bad.yaml');
    await writeFile(file, 'stages:\n  - laod\n  - segment: { tresholds: 3 }\n');
    for (const command of ['run', 'validate', 'describe']) {
      const { code, stderr } = await pipeline(command, file);
      assert.equal(code, 2, stderr);
      assert.match(stderr, /bad\.yaml:2.*did you mean `load`/s);
    }
  });

  it('exits with 2 for an unknown option and for a bad manifest', async () => {
    const out = join(temporaryDirectory('mistakes'), 'out');
    for (const mistake of [
      ['--jbos', '2'],
      ['--memory', 'much'],
      ['--input', 'a', '--input', 'b'],
      ['--engine', 'warp'],
    ]) {
      const { code, stderr } = await pipeline('run', EXTRACT, '--out', out, ...mistake);
      assert.equal(code, 2, stderr);
      assert.doesNotMatch(stderr, /bug| at /, 'one sentence, no stack');
      assert.ok(!existsSync(out), 'nothing was done');
    }
    const lacking = await pipeline('run', EXTRACT, '--out', out);
    assert.equal(lacking.code, 2);
    assert.match(lacking.stderr, /no value for the parameter `atlas`, expected --set atlas=VALUE/);
    const without = await pipeline('run', EXTRACT, '--set', 'atlas=there', '--out', out);
    assert.match(without.stderr, /Neither the pipeline nor an option names the manifest/);
    assert.ok(!existsSync(out));
    assert.equal((await pipeline('run')).code, 2);
    assert.equal((await pipeline('show')).code, 2);
    const dir = temporaryDirectory('bad-manifest');
    await writeFile(join(dir, 'm.csv'), 'sid,image\na,x.nii\na,y.nii\n../b,z.nii\n');
    const { code, stderr } = await pipeline(
      'run',
      EXTRACT,
      '--set',
      'atlas=there',
      '--input',
      join(dir, 'm.csv'),
      '--out',
      join(dir, 'out'),
    );
    assert.equal(code, 2);
    assert.match(stderr, /m\.csv:3/);
    assert.match(stderr, /m\.csv:4/);
    assert.ok(!existsSync(join(dir, 'out')));
  });

  it('a dry run writes nothing', async () => {
    const cohort = await phantomCohort();
    const out = join(temporaryDirectory('dry'), 'out');
    const { code, stdout, stderr } = await pipeline(
      'run',
      EXTRACT,
      '--input',
      join(cohort, 'manifest.csv'),
      '--set',
      `atlas=${join(cohort, 'atlas')}`,
      '--out',
      out,
      '--dry-run',
    );
    assert.equal(code, 0, stderr);
    assert.match(stdout + stderr, /3 subjects/);
    assert.ok(!existsSync(out));
  });

  it('describes the shipped pipelines and stages', async () => {
    for (const name of ['extract', 'preprocess', 'group', 'demo']) {
      const { code, stdout, stderr } = await pipeline('describe', `pipelines/${name}.yaml`);
      assert.equal(code, 0, stderr);
      for (const word of ['load', 'segment', 'register', 'resample', 'patch', 'write', 'atlasToSubject'])
        assert.match(stdout, new RegExp(word));
    }
    assert.equal((await pipeline('stages')).code, 0);
    assert.match((await pipeline('stages', 'register')).stdout, /atlas/);
    assert.equal((await pipeline('stages', 'regster')).code, 2);
  });

  it('refuses a second run in the same directory', async () => {
    const cohort = await phantomCohort();
    const out = temporaryDirectory('lock');
    const args = [
      'run',
      EXTRACT,
      '--input',
      join(cohort, 'manifest.csv'),
      '--set',
      `atlas=${join(cohort, 'atlas')}`,
      '--out',
      out,
    ];
    const { child, ended } = start([...args, '--json']);
    await new Promise((go) => child.stdout!.once('data', go));
    await new Promise((go) => setTimeout(go, 300));
    const second = await pipeline(...args);
    child.kill('SIGKILL');
    await ended;
    assert.equal(second.code, 2, second.stderr);
  });
});

describe('real scans', () => {
  const data = resolve(root, '../shared/data');
  it(
    'two LIDC-IDRI scans end with two rows',
    { skip: !existsSync(data) && '../shared/data is not there' },
    async () => {
      const out = temporaryDirectory('lidc');
      await mkdir(out, { recursive: true });
      const manifest = join(out, 'lidc.csv');
      const rows = ['LIDC-IDRI-0001', 'LIDC-IDRI-0003'].map((sid) => `${sid},${join(data, `${sid}.nii.gz`)}`);
      await writeFile(manifest, `sid,image\n${rows.join('\n')}\n`);
      const { code, stderr } = await pipeline(
        'run',
        EXTRACT,
        '--input',
        manifest,
        '--set',
        'atlas=../shared/atlas',
        '--out',
        out,
      );
      assert.equal(code, 0, stderr);
      const table = readArrow((await partsOf(out))[0]);
      assert.equal(table.height, 2);
      for (const dice of table.getColumn('dice_left').toArray() as number[])
        assert.ok(dice > 0.8, `Dice ${dice}`);
      for (const edges of table.getColumn('graph_edges').toArray() as number[])
        assert.ok(edges > 400 && edges < 3000);
    },
  );
});
