import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmod, cp, mkdir, open, readdir, readFile, rm, truncate, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { tableFromIPC } from 'apache-arrow';
import { Cohort, contents, tensor, type Tensors, type WriteInput } from './cohort.js';

const quiet = { timings: false, rows: 3 };
const value = (index: number): Tensors => ({ embedding: tensor([index, index + 0.5]) });
const plain = (count: number) => Array.from({ length: count }, (_, index) => ({ age: String(40 + index) }));

async function runAll(
  cohort: Cohort,
  config: WriteInput = quiet,
  only?: readonly string[],
): Promise<string[]> {
  const run = await cohort.open(config);
  const done = await run.done();
  const wanted = cohort.subjects.filter(({ sid }) => !done.includes(sid) && (only?.includes(sid) ?? true));
  for (const { sid } of wanted) await run.write(sid, value(Number(sid.slice(1))), { edges: 7 });
  await run.close();
  return wanted.map(({ sid }) => sid);
}

async function sids(cohort: Cohort, part: string): Promise<unknown[]> {
  const table = tableFromIPC(await readFile(join(cohort.dataset(), part)));
  return [...(table.getChild('sid') as Iterable<unknown>)];
}

for (const format of ['arrow', 'parquet'] as const) {
  describe(`resuming a dataset of ${format} files`, () => {
    const config = { ...quiet, format };

    it('gives the bytes of an uninterrupted run, whatever failed or was cut off on the way', async () => {
      const whole = await Cohort.make(plain(8));
      await runAll(whole, config);
      const expected = await contents(whole.dataset());
      assert.deepEqual(
        Object.keys(expected),
        [0, 1, 2].map((part) => `part-0000${part}.${format}`),
      );

      const resumed = await Cohort.make(plain(8));
      assert.deepEqual(await runAll(resumed, config, ['s1', 's4', 's5']), ['s1', 's4', 's5']);
      assert.deepEqual(await runAll(resumed, config, ['s0', 's7']), ['s0', 's7']);
      assert.deepEqual(await runAll(resumed, config), ['s2', 's3', 's6']);
      assert.deepEqual(await contents(resumed.dataset()), expected);
      assert.deepEqual(await runAll(resumed, config), []);
      assert.deepEqual(await contents(resumed.dataset()), expected);
    });
  });
}

describe('dataset', () => {
  it('has the rows of a killed run, and clears what it left', async () => {
    const cohort = await Cohort.make(plain(5));
    // A process that dies by SIGKILL after four rows: no close, the lock and temporary files stay.
    const script = `
      const { Cohort, tensor } = await import(${JSON.stringify(new URL('./cohort.js', import.meta.url).href)});
      const cohort = await Cohort.make(${JSON.stringify(plain(5))}, ${JSON.stringify(cohort.dir)});
      const run = await cohort.open(${JSON.stringify(quiet)});
      for (const index of [0, 1, 2, 3]) await run.write('s' + index, { embedding: tensor([index, index + 0.5]) }, { edges: 7 });
      process.kill(process.pid, 'SIGKILL');`;
    const child = spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
    assert.equal(child.signal, 'SIGKILL', child.stderr);
    await writeFile(join(cohort.dataset(), '.part-00001.arrow.77-1.tmp'), 'half');
    await writeFile(join(cohort.dataset(), '.rows', '.a.arrow.77-2.tmp'), 'half');
    assert.deepEqual(await sids(cohort, 'part-00000.arrow'), ['s0', 's1', 's2']);

    assert.deepEqual(await runAll(cohort), ['s4']);
    assert.deepEqual(await sids(cohort, 'part-00001.arrow'), ['s3', 's4']);
    const left = await readdir(cohort.dataset(), { recursive: true });
    assert.deepEqual(left.sort(), [
      '.rows',
      join('.rows', 'keys.jsonl'),
      'part-00000.arrow',
      'part-00001.arrow',
    ]);
  });

  it('completes its parts without worker threads, which an interruption ends in the middle of a part', async () => {
    const expected = await Cohort.make(plain(5));
    await runAll(expected);
    const cohort = await Cohort.make(plain(5));
    const { workers } = cohort;
    cohort.workers = {
      threads: 1,
      run: async () => {
        await writeFile(join(cohort.dataset(), '.part-00000.arrow.77-1.tmp'), 'half');
        throw new DOMException('The task has been aborted', 'AbortError');
      },
    };
    const run = await cohort.open(quiet);
    for (const index of [0, 1, 2]) await run.write(`s${index}`, value(index), { edges: 7 });
    await assert.rejects(run.write('s3', value(3)), { name: 'AbortError' });
    await run.close('interrupted');
    assert.deepEqual(await sids(cohort, 'part-00000.arrow'), ['s0', 's1', 's2']);
    assert.deepEqual((await readdir(cohort.dataset())).sort(), ['.rows', 'part-00000.arrow']);
    cohort.workers = workers;
    assert.deepEqual(await runAll(cohort), ['s3', 's4']);
    assert.deepEqual(await contents(cohort.dataset()), await contents(expected.dataset()));
  });

  it('takes a row that is in both journal and part, as a crash between two renames leaves it, once', async () => {
    const cohort = await Cohort.make(plain(3));
    const run = await cohort.open(quiet);
    for (const index of [0, 1, 2]) await run.write(`s${index}`, value(index), { edges: 7 });
    const journal = join(cohort.dataset(), '.rows');
    await cp(journal, join(cohort.dir, 'journal'), { recursive: true });
    await run.close();
    const expected = await contents(cohort.dataset());
    await cp(join(cohort.dir, 'journal'), journal, { recursive: true });
    assert.deepEqual(await runAll(cohort), []);
    assert.deepEqual(await contents(cohort.dataset()), expected);
    assert.deepEqual(await readdir(journal), ['keys.jsonl']);
  });

  it('computes anew the rows whose image, or file that the manifest names, has changed, and says so', async () => {
    const rows = (last: string) =>
      [0, 1, 2, 3].map((i): [string, Record<string, string>] => [
        `s${i}`,
        { age: '40', mask: i === 3 ? last : `s${i}.nii` },
      ]);
    const cohort = await Cohort.make([]);
    cohort.fileColumns = ['mask'];
    await cohort.setManifest(rows('s3.nii'));
    await runAll(cohort);
    await utimes(cohort.subjects[1].image.path, 5, 5); // its mask, too
    await cohort.setManifest(rows('s0.nii'));
    assert.deepEqual(await runAll(cohort), ['s1', 's3']);
    assert.match(cohort.notices[0], /^2 rows are computed again/);
    assert.deepEqual(await sids(cohort, 'part-00000.arrow'), ['s0', 's1', 's2']);
  });

  describe('keeps rows whose other columns of the manifest have changed, and writes those as they are now', () => {
    const before = [
      { age: '40', sex: 'f' },
      { age: '41', sex: 'm' },
      { age: '42', sex: 'f' },
      { age: '43', sex: 'm' },
    ];
    const changes: Record<string, Record<string, string>[]> = {
      'a cell corrected': before.map((row, i) => (i === 1 ? { ...row, age: '61' } : row)),
      'a column added': before.map((row, i) => ({ ...row, fev1: `${i}.5` })),
      'a column gone': before.map(({ age }) => ({ age })),
      'another type': before.map((row, i) => (i === 3 ? { ...row, age: '43.5' } : row)),
      'text now': before.map((row, i) => (i === 3 ? { ...row, age: 'unknown' } : row)),
      'another order': before.map(({ age, sex }) => ({ sex, age })),
    };
    for (const [what, after] of Object.entries(changes))
      it(what, async () => {
        const expected = await Cohort.make(after);
        await runAll(expected);
        const finished = await Cohort.make(before);
        await runAll(finished);
        await finished.setManifest(after.map((row, i) => [`s${i}`, row]));
        assert.deepEqual(await runAll(finished), []);
        assert.match(finished.notices.join(), /columns have changed since: ([2-4] rows are|1 row is) kept/);
        assert.deepEqual(await contents(finished.dataset()), await contents(expected.dataset()));
        assert.deepEqual(await runAll(finished), []);
        assert.equal(finished.notices.length, 1);

        const stopped = await Cohort.make(before);
        const run = await stopped.open(quiet);
        for (const index of [0, 1, 3]) await run.write(`s${index}`, value(index), { edges: 7 });
        await stopped.setManifest(after.map((row, i) => [`s${i}`, row]));
        const killed = await Cohort.killed(stopped); // its rows are in the journal
        assert.deepEqual(await runAll(killed), ['s2']);
        assert.deepEqual(await contents(killed.dataset()), await contents(expected.dataset()));
        await run.close();
      });
  });

  it('keeps the cells of subjects that are in no manifest any more, in the type that they have now', async () => {
    const cohort = await Cohort.make([
      { age: '40', sex: 'f' },
      { age: '41', sex: 'm' },
      { age: '42', sex: 'f' },
    ]);
    await runAll(cohort);
    await cohort.setManifest([['s0', { age: '40.5', site: 'a' }]]);
    assert.deepEqual(await runAll(cohort), []);
    const table = tableFromIPC(await readFile(join(cohort.dataset(), 'part-00000.arrow')));
    assert.deepEqual(
      table.toArray().map((row: Record<string, unknown>) => [row['sid'], row['age'], row['site']]),
      [
        ['s0', 40.5, 'a'],
        ['s1', 41, null],
        ['s2', 42, null],
      ],
    );
    await cohort.setManifest([['s0', { age: 'old' }]]);
    await runAll(cohort);
    await cohort.setManifest([['s0', { age: '40' }]]);
    const all = await contents(cohort.dataset());
    await assert.rejects(cohort.open(quiet), { code: 'carried-column-type', kind: 'usage' });
    assert.deepEqual(await contents(cohort.dataset()), all);
  });

  it('goes on where the same is computed from files of other names, and says what it said before', async () => {
    const cohort = await Cohort.make(plain(4));
    cohort.provenance.set('pipeline_text', 'register: {atlas: ../a}').set('pipeline_sha256', '12');
    await runAll(cohort, quiet, ['s0']);
    cohort.provenance.set('pipeline_text', 'register: {atlas: …/b}');
    assert.deepEqual(await runAll(cohort), ['s1', 's2', 's3']);
    const expected = await Cohort.make(plain(4));
    expected.provenance.set('pipeline_text', 'register: {atlas: ../a}').set('pipeline_sha256', '12');
    await runAll(expected);
    assert.deepEqual(await contents(cohort.dataset()), await contents(expected.dataset()));
    cohort.provenance.set('pipeline_sha256', '13');
    await assert.rejects(cohort.open(quiet), /pipeline_text was "register: .*is now "register: /);
  });

  it('lets the shape of a column change when no row stands any more', async () => {
    const cohort = await Cohort.make(plain(1));
    await runAll(cohort);
    await utimes(cohort.subjects[0].image.path, 5, 5);
    const run = await cohort.open(quiet);
    await run.write('s0', { embedding: tensor([1, 2, 3]) });
    await run.close();
    assert.deepEqual(await sids(cohort, 'part-00000.arrow'), ['s0']);
  });

  it('notices a mask that was drawn anew under its old name', async () => {
    const cohort = await Cohort.make([{ mask: 'm0.nii' }, { mask: 'm1.nii' }]);
    cohort.fileColumns = ['mask'];
    for (const name of ['m0.nii', 'm1.nii']) await writeFile(join(cohort.dir, name), 'mask');
    await runAll(cohort);
    await writeFile(join(cohort.dir, 'm1.nii'), 'another mask');
    assert.deepEqual(await runAll(cohort), ['s1']);
  });

  it('puts rows in order again when the manifest has', async () => {
    const rows = (order: number[]) => order.map((index) => [`s${index}`, { age: String(index) }] as const);
    const fresh = await Cohort.make([]);
    await fresh.setManifest(rows([4, 2, 0, 1, 3]));
    await runAll(fresh);
    const moved = await Cohort.make([]);
    await moved.setManifest(rows([0, 1, 2, 3]));
    await runAll(moved);
    await moved.setManifest(rows([4, 2, 0, 1, 3]));
    assert.deepEqual(await runAll(moved), ['s4']);
    assert.deepEqual(await contents(moved.dataset()), await contents(fresh.dataset()));
  });

  it('keeps rows of subjects that left the manifest', async () => {
    const cohort = await Cohort.make(plain(4));
    await runAll(cohort);
    await cohort.setManifest([
      ['s0', { age: '40' }],
      ['s1', { age: '41' }],
    ]);
    assert.deepEqual(await runAll(cohort), []);
    assert.deepEqual(await sids(cohort, 'part-00001.arrow'), ['s3']);
    assert.match(cohort.notices[0], /^2 rows of subjects that are not in this manifest/);
  });

  it('refuses rows of another pipeline, naming what differs', async () => {
    const cohort = await Cohort.make(plain(2));
    await runAll(cohort);
    const before = await contents(cohort.dataset());
    cohort.provenance.set('pipeline', 'stages:\n  - load\n  - segment\n  - write\n');
    cohort.provenance.set('atlas', 'sha256 12');
    await assert.rejects(cohort.open({ ...quiet, timings: true }), (error: Error & { code: string }) => {
      assert.equal(error.code, 'output-of-other-pipeline');
      assert.match(error.message, /pipeline \(line 3\) was " {2}- write" and is now " {2}- segment"/);
      assert.match(error.message, /atlas is new: "sha256 12"/);
      assert.match(error.message, /column seconds_load: float64 is new/);
      return true;
    });
    assert.deepEqual(await contents(cohort.dataset()), before);
  });

  it('refuses files that are not its own, and leaves them', async () => {
    const cohort = await Cohort.make(plain(2));
    await mkdir(cohort.dataset(), { recursive: true });
    const path = join(cohort.dataset(), 'notes.txt');
    await writeFile(path, 'mine');
    await assert.rejects(cohort.open(quiet), { code: 'foreign-file', kind: 'usage' });
    assert.equal(await readFile(path, 'utf8'), 'mine');
    await rm(path);
    const part = join(cohort.dataset(), 'part-00000.arrow');
    await writeFile(part, 'not Arrow at all');
    await assert.rejects(cohort.open(quiet), { code: 'table-corrupt' });
    assert.equal(await readFile(part, 'utf8'), 'not Arrow at all');
  });

  it('takes another format for a slip of the user, not for a failure', async () => {
    const cohort = await Cohort.make(plain(2));
    await runAll(cohort);
    for (const format of ['parquet', 'npy'] as const)
      await assert.rejects(cohort.open({ ...quiet, columns: ['embedding'], format }), {
        code: 'foreign-file',
        kind: 'usage',
      });
    assert.deepEqual(await runAll(cohort), []);
  });

  for (const format of ['arrow', 'parquet'] as const) {
    it(`names a truncated or damaged ${format} file`, async () => {
      const cohort = await Cohort.make(plain(3));
      const config = { ...quiet, format };
      await runAll(cohort, config);
      const part = join(cohort.dataset(), `part-00000.${format}`);
      const bytes = await readFile(part);
      await truncate(part, bytes.length - 100);
      await assert.rejects(cohort.open(config), { code: 'table-corrupt', kind: 'resource' });
      await writeFile(part, bytes.fill(0xff, bytes.length - 200, bytes.length - 20));
      await assert.rejects(cohort.open(config), { code: 'table-corrupt' });
    });
  }

  it('admits one run at a time', async () => {
    const cohort = await Cohort.make(plain(2));
    const run = await cohort.open(quiet);
    await assert.rejects(cohort.open(quiet), { code: 'output-in-use', kind: 'usage' });
    await run.close('interrupted');
    await runAll(cohort);
  });

  it('refuses the lock of a live process, and takes over that of a dead one', async () => {
    const cohort = await Cohort.make(plain(2));
    const run = await cohort.open(quiet);
    const lock = join(cohort.dataset(), '.lock');
    const mine = JSON.parse(await readFile(lock, 'utf8')) as object;
    await run.close();
    await writeFile(lock, JSON.stringify({ ...mine, pid: process.ppid, started: '' }));
    await assert.rejects(cohort.open(quiet), { code: 'output-in-use' });
    const dead = spawnSync(process.execPath, ['-e', '']).pid;
    await writeFile(lock, JSON.stringify({ ...mine, pid: dead }));
    assert.deepEqual(await runAll(cohort), ['s0', 's1']);
    await assert.rejects(readFile(lock), { code: 'ENOENT' });
  });

  it('refuses a tensor of another shape for that subject alone', async () => {
    const cohort = await Cohort.make(plain(3));
    const run = await cohort.open(quiet);
    await run.write('s0', value(0));
    await assert.rejects(run.write('s1', { embedding: tensor([1, 2, 3]) }), {
      code: 'tensor-shape',
      kind: 'input',
      message: /float32\[3\], unlike the float32\[2\]/,
    });
    await run.write('s2', value(2));
    await run.close();
    assert.deepEqual(await sids(cohort, 'part-00000.arrow'), ['s0', 's2']);
  });

  it('loses no finished row to a full disk, and leaves nothing half-written', async (t) => {
    const cohort = await Cohort.make(plain(6));
    const run = await cohort.open(quiet);
    for (const index of [0, 1]) await run.write(`s${index}`, value(index), { edges: 7 });
    const probe = await open(cohort.subjects[0].image.path);
    const prototype = Object.getPrototypeOf(probe) as { sync: () => Promise<void> };
    await probe.close();
    const full = t.mock.method(prototype, 'sync', () =>
      Promise.reject(Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' })),
    );
    await assert.rejects(run.write('s2', value(2)), { code: 'ENOSPC' });
    await assert.rejects(run.write('s3', value(3)), { code: 'ENOSPC' }); // part 0 cannot be written
    await assert.rejects(run.close(), { code: 'ENOSPC' });
    full.mock.restore();
    const left = await readdir(cohort.dataset(), { recursive: true });
    assert.equal(left.filter((name) => name.includes('.tmp') || name.includes('part-')).length, 0);

    assert.deepEqual(await runAll(cohort), ['s2', 's3', 's4', 's5']);
    const whole = await Cohort.make(plain(6));
    await runAll(whole);
    assert.deepEqual(await contents(cohort.dataset()), await contents(whole.dataset()));
  });

  it('says when a file stands where the directory should', async () => {
    const cohort = await Cohort.make(plain(1));
    await writeFile(cohort.outDir, '');
    await assert.rejects(cohort.open(quiet), { code: 'output-not-a-directory' });
  });

  it(
    'says when it may not write',
    { skip: process.getuid?.() === 0 && 'root may write anywhere' },
    async () => {
      const cohort = await Cohort.make(plain(1));
      await mkdir(cohort.outDir);
      await chmod(cohort.outDir, 0o500);
      await assert.rejects(cohort.open(quiet), { code: 'EACCES' });
    },
  );
});
