import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdir, open, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { tableFromIPC } from 'apache-arrow';
import { readNpy } from '../../../src/formats/npy.js';
import { Cohort, patchesOf, tensor } from './cohort.js';

const npy = { format: 'npy', timings: false } as const;
const KINDS = ['patch', 'patch_loc', 'adj'];
const plain = (count: number) => Array.from({ length: count }, (_, index) => ({ age: String(40 + index) }));

async function runAll(cohort: Cohort, only?: readonly string[]): Promise<string[]> {
  const run = await cohort.open(npy);
  const done = await run.done();
  const wanted = cohort.subjects.filter(({ sid }) => !done.includes(sid) && (only?.includes(sid) ?? true));
  for (const { sid } of wanted) await run.write(sid, patchesOf(Number(sid.slice(1))), { edges: 7 });
  await run.close();
  return wanted.map(({ sid }) => sid);
}

/** Every file, hidden ones but the keys left out, by its path. */
async function contents(cohort: Cohort): Promise<Record<string, string>> {
  const files = (await readdir(cohort.dataset(), { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile() && entry.name !== 'keys.jsonl')
    .map((entry) => join(entry.parentPath, entry.name));
  const read = files.sort().map(async (path) => {
    return [path.slice(cohort.dataset().length + 1), (await readFile(path)).toString('base64')] as const;
  });
  return Object.fromEntries(await Promise.all(read));
}

const expectedFiles = (...sids: string[]) =>
  [...sids.flatMap((sid) => KINDS.map((kind) => join(kind, `${sid}_${kind}.npy`))), 'subjects.arrow'].sort();

async function tableOf(cohort: Cohort) {
  return tableFromIPC(await readFile(join(cohort.dataset(), 'subjects.arrow')));
}

describe('write as the reference does', () => {
  it("leaves a file a subject and kind, with the reference's names, shapes and types", async () => {
    const cohort = await Cohort.make(plain(2));
    await runAll(cohort);
    assert.deepEqual(Object.keys(await contents(cohort)).sort(), expectedFiles('s0', 's1'));
    const [patch, corners, adjacency] = await Promise.all(
      KINDS.map((kind) => readNpy(join(cohort.dataset(), kind, `s1_${kind}.npy`))),
    );
    assert.deepEqual([patch.shape, patch.data.constructor.name], [[2, 32, 32, 32], 'Int16Array']);
    assert.ok((patch.data as Int16Array).every((value) => value === -999));
    assert.deepEqual(corners, { shape: [2, 3], data: BigInt64Array.of(1n, 20n, 30n, 9n, 20n, -3n) });
    assert.deepEqual(adjacency, { shape: [2, 2], data: Float64Array.of(1, 0.1, 0.1, 1) });
  });

  it('keeps manifest, facts and flags in a table beside them', async () => {
    const cohort = await Cohort.make(plain(2));
    const run = await cohort.open(npy);
    await run.write('s0', patchesOf(0), { edges: 7, lung_ml: 4000.5 }, ['left lung of 0.4 l']);
    await run.write('s1', patchesOf(1));
    await run.close();
    const table = await tableOf(cohort);
    assert.deepEqual(
      table.schema.fields.map(({ name }) => name),
      ['sid', 'age', 'lung_ml', 'edges', 'covered', 'engine', 'flags'],
    );
    const column = (name: string) => JSON.parse(JSON.stringify(table.getChild(name))) as unknown;
    assert.deepEqual(column('sid'), ['s0', 's1']);
    assert.deepEqual(column('lung_ml'), [4000.5, null]);
    assert.deepEqual(column('edges'), [7, null]);
    assert.deepEqual(column('flags'), [['left lung of 0.4 l'], []]);
    assert.equal(table.schema.metadata.get('lungflow.weights'), 'seed 0 (untrained)');
  });

  it('gives other ports a folder of their own name', async () => {
    const cohort = await Cohort.make(plain(1));
    const run = await cohort.open({ format: 'npy', columns: ['embedding'] });
    await run.write('s0', { embedding: tensor([1, 2.5]) });
    await run.close();
    const { data, shape } = await readNpy(join(cohort.dataset(), 'embedding', 's0_embedding.npy'));
    assert.deepEqual([data, shape], [Float32Array.of(1, 2.5), [2]]);
  });

  it('gives the bytes of an uninterrupted run, whatever failed or was cut off on the way', async () => {
    const whole = await Cohort.make(plain(5));
    await runAll(whole);
    const resumed = await Cohort.make(plain(5));
    assert.deepEqual(await runAll(resumed, ['s1', 's4']), ['s1', 's4']);
    assert.deepEqual(await runAll(resumed, ['s0']), ['s0']);
    assert.deepEqual(await runAll(resumed), ['s2', 's3']);
    assert.deepEqual(await contents(resumed), await contents(whole));
    assert.deepEqual(await runAll(resumed), []);
  });

  it('writes the table anew with every 64 subjects', async () => {
    const cohort = await Cohort.make(plain(66));
    const run = await cohort.open({ format: 'npy', columns: ['embedding'] });
    for (let index = 0; index < 65; index++) await run.write(`s${index}`, { embedding: tensor([index]) });
    assert.equal((await tableOf(cohort)).numRows, 64);
    await run.write('s65', { embedding: tensor([65]) });
    await run.close();
    const sids = [...((await tableOf(cohort)).getChild('sid') as Iterable<string>)];
    assert.deepEqual(
      sids,
      cohort.subjects.map(({ sid }) => sid),
    );
  });

  it('has the subjects of a killed run, and clears what it left', async () => {
    const cohort = await Cohort.make(plain(4));
    const script = `
      import { writeFile } from 'node:fs/promises';
      const { Cohort, patchesOf } = await import(${JSON.stringify(new URL('./cohort.js', import.meta.url).href)});
      const cohort = await Cohort.make(${JSON.stringify(plain(4))}, ${JSON.stringify(cohort.dir)});
      const run = await cohort.open(${JSON.stringify(npy)});
      for (const index of [0, 1]) await run.write('s' + index, patchesOf(index), { edges: 7 });
      const rows = ${JSON.stringify(join(cohort.dataset(), '.rows'))};
      await writeFile(rows + '/keys.jsonl', '["s2","00"]\\n', { flag: 'a' });
      await writeFile(${JSON.stringify(join(cohort.dataset(), 'patch', 's2_patch.npy'))}, 'whole, but alone');
      await writeFile(${JSON.stringify(join(cohort.dataset(), 'adj', '.s2_adj.npy.77-1.tmp'))}, 'half');
      process.kill(process.pid, 'SIGKILL');`;
    const child = spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
    assert.equal(child.signal, 'SIGKILL', child.stderr);

    const run = await cohort.open(npy);
    assert.deepEqual((await run.done()).sort(), ['s0', 's1']);
    assert.deepEqual(await readdir(join(cohort.dataset(), 'patch')), ['s0_patch.npy', 's1_patch.npy']);
    assert.deepEqual(await readdir(join(cohort.dataset(), 'adj')), ['s0_adj.npy', 's1_adj.npy']);
    await run.close();
    assert.deepEqual(await runAll(cohort), ['s2', 's3']);
    const whole = await Cohort.make(plain(4));
    await runAll(whole);
    assert.deepEqual(await contents(cohort), await contents(whole));
  });

  it('computes anew what changed since, and whose files are gone, and says so', async () => {
    const cohort = await Cohort.make(plain(4));
    await runAll(cohort);
    const expected = await contents(cohort);
    await utimes(cohort.subjects[0].image.path, 5, 5);
    await rm(join(cohort.dataset(), 'adj', 's2_adj.npy'));
    assert.deepEqual(await runAll(cohort), ['s0', 's2']);
    assert.match(cohort.notices[0], /^1 rows are computed again/);
    assert.match(cohort.notices[1], /^1 rows are not kept, for files of theirs are gone/);
    assert.deepEqual(await contents(cohort), expected);
  });

  it('keeps the files of subjects that left the manifest', async () => {
    const cohort = await Cohort.make(plain(3));
    await runAll(cohort);
    await cohort.setManifest([['s1', { age: '41' }]]);
    assert.deepEqual(await runAll(cohort), []);
    assert.deepEqual(Object.keys(await contents(cohort)).sort(), expectedFiles('s0', 's1', 's2'));
    assert.equal((await tableOf(cohort)).numRows, 3);
  });

  it('refuses files that are not its own, and leaves them', async () => {
    const cohort = await Cohort.make(plain(1));
    const folder = join(cohort.dataset(), 'patch');
    await mkdir(folder, { recursive: true });
    for (const name of ['s0_patch.npy', 'other_patch.npy', 'notes.txt']) {
      await writeFile(join(folder, name), 'mine');
      await assert.rejects(cohort.open(npy), { code: 'foreign-file', kind: 'usage' });
      assert.equal(await readFile(join(folder, name), 'utf8'), 'mine');
      await rm(join(folder, name));
    }
    await writeFile(join(folder, '.DS_Store'), '');
    assert.deepEqual(await runAll(cohort), ['s0']);
  });

  it('leaves no file of a subject that does not fit on the disk', async (t) => {
    const cohort = await Cohort.make(plain(3));
    const run = await cohort.open(npy);
    await run.write('s0', patchesOf(0), { edges: 7 });
    const probe = await open(cohort.subjects[0].image.path);
    const prototype = Object.getPrototypeOf(probe) as { sync: () => Promise<void> };
    await probe.close();
    const sync: () => Promise<void> = Reflect.get(prototype, 'sync');
    let syncs = 0;
    // The directory's sync counts, too: the second file is the one that fails.
    const full = t.mock.method(prototype, 'sync', function (this: unknown) {
      if (++syncs < 3) return sync.call(this);
      return Promise.reject(Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' }));
    });
    await assert.rejects(run.write('s1', patchesOf(1)), { code: 'ENOSPC' });
    full.mock.restore();
    await run.close();
    assert.deepEqual(Object.keys(await contents(cohort)).sort(), expectedFiles('s0'));
    assert.deepEqual(await runAll(cohort), ['s1', 's2']);
  });

  it('refuses a cohort whose files would be one where letters have no case', async () => {
    const cohort = await Cohort.make([]);
    await cohort.setManifest([
      ['A1', {}],
      ['a1', {}],
    ]);
    await assert.rejects(cohort.open(npy), { code: 'sids-alike', kind: 'pipeline-file' });
    await (await cohort.open({})).close();
  });

  it('refuses two ports that would share a folder, and a tensor that is not whole', async () => {
    const cohort = await Cohort.make(plain(1));
    cohort.ports = { ...cohort.ports, patch: cohort.ports['patches'] };
    await assert.rejects(cohort.open({ format: 'npy', columns: ['patch', 'patches'] }), {
      code: 'column-twice',
    });
    const run = await cohort.open(npy);
    const broken = { ...patchesOf(0), adjacency: { ...patchesOf(0)['adjacency'], shape: [3, 2] } };
    await assert.rejects(run.write('s0', broken), { code: 'tensor-shape', kind: 'input' });
    await run.close();
  });
});
