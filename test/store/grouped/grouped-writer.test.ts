import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdir, open, readdir, readFile, rename, rm, truncate, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { readNpy } from '../../../src/formats/npy.js';
import { Cohort, contents, patchesOf, stacked } from './cohort.js';

const sid = fc.stringMatching(/^[A-Za-z0-9._-]{1,6}$/);

describe('grouped patches', () => {
  it('are the stack of the subjects’ patches by sid, whatever the order, the failures and the runs', async () => {
    const plan = fc.record({
      sids: fc.uniqueArray(sid, { minLength: 1, maxLength: 7, selector: (s) => s.toLowerCase() }),
      /** Who fails in each run, by position. */
      failing: fc.array(fc.array(fc.nat(6), { maxLength: 4 }), { minLength: 1, maxLength: 3 }),
    });
    await fc.assert(
      fc.asyncProperty(plan, async ({ sids, failing }) => {
        const cohort = await Cohort.make(sids);
        const done = new Set<string>();
        for (const positions of failing) {
          const bad = positions.map((at) => sids[at % sids.length]).filter((sid) => !done.has(sid));
          assert.deepEqual(
            await cohort.run(bad),
            sids.filter((sid) => !done.has(sid)),
          );
          for (const sid of sids) if (!bad.includes(sid)) done.add(sid);
          assert.deepEqual(await contents(cohort.arrays), done.size > 0 ? stacked([...done]) : new Map());
        }
        await rm(cohort.dir, { recursive: true });
      }),
      { numRuns: 40, seed: 5 },
    );
  });

  it('are arrays of int16, one a location from 0, a row a subject', async () => {
    const cohort = await Cohort.make(['b', 'a', 'c']);
    await cohort.run();
    const names = (await readdir(cohort.arrays)).sort();
    assert.deepEqual(names, [...[0, 1, 2, 3, 4].map((i) => `patch_loc_${i}.npy`), 'subjects.csv']);
    const { data, shape } = await readNpy(join(cohort.arrays, 'patch_loc_3.npy'));
    assert.ok(data instanceof Int16Array);
    assert.deepEqual(shape, [3, 2, 3, 4]);
    assert.deepEqual(data.subarray(24, 48), patchesOf('b').data.slice(3 * 24, 4 * 24));
    assert.equal(await readFile(join(cohort.arrays, 'subjects.csv'), 'utf8'), 'sid\na\nb\nc\n');
  });

  it('leave a finished output alone when there is nothing to add', async () => {
    const cohort = await Cohort.make(['a', 'b']);
    await cohort.run();
    await utimes(join(cohort.arrays, 'patch_loc_0.npy'), 5, 5);
    assert.deepEqual(await cohort.run(), []);
    const file = await open(join(cohort.arrays, 'patch_loc_0.npy'));
    assert.equal((await file.stat()).mtimeMs, 5000);
    await file.close();
  });

  it('take the rows of a subject that another stage asks for again as they stand', async () => {
    const cohort = await Cohort.make(['b', 'a']);
    await cohort.run();
    const run = await cohort.open();
    await run.add('b');
    await run.close();
    assert.deepEqual(await contents(cohort.arrays), stacked(['a', 'b']));
  });

  it('are not there until they are whole, and an interrupted run resumes', async () => {
    const cohort = await Cohort.make(['c', 'a', 'b']);
    const first = await cohort.open();
    await first.add('c');
    await first.close('interrupted');
    assert.equal((await contents(cohort.arrays)).size, 0);
    const second = await cohort.open();
    assert.deepEqual(await second.done(), ['c']);
    await second.add('a');
    await second.add('b');
    let steps = 0;
    const impatient = {
      throwIfAborted: () => {
        if (++steps > 2) throw new Error('aborted');
      },
    };
    await assert.rejects(second.close('complete', impatient as AbortSignal), /aborted/);
    assert.equal((await contents(cohort.arrays)).size, 0);
    assert.deepEqual(await cohort.run(), []);
    assert.match(cohort.notices.join('\n'), /stopped while it put the grouped patches in order/);
    assert.deepEqual(await contents(cohort.arrays), stacked(['a', 'b', 'c']));
  });

  it('survive SIGKILL at any step, and show nothing half-done', async () => {
    const sids = ['d', 'b', 'e', 'a', 'c'];
    const before = stacked(['b', 'd']);
    const start = async () => {
      const cohort = await Cohort.make(sids.slice(0, 2));
      await cohort.run();
      await cohort.setManifest(sids);
      return cohort;
    };
    const { steps } = runKilled(await start(), Infinity);
    assert.ok(steps > 50, `${steps} steps`);
    const few = 9;
    for (let i = 0; i < few; i++) {
      const at = Math.floor(((i + 0.5) * steps) / few);
      const cohort = await start();
      assert.equal(runKilled(cohort, at).signal, 'SIGKILL');
      const shown = await contents(cohort.arrays);
      if (shown.size > 0)
        assert.ok(
          [before, stacked(sids)].some((whole) => equal(whole, shown)),
          `step ${at}`,
        );
      await cohort.run();
      assert.deepEqual(await contents(cohort.arrays), stacked(sids), `killed at step ${at}`);
      assert.deepEqual(await readdir(cohort.work), ['rows.jsonl']);
    }
  });

  it('skip a line of the log that a crash cut short', async () => {
    const cohort = await Cohort.make(['a', 'b']);
    const run = await cohort.open();
    await run.add('a');
    await run.add('b');
    await run.close('interrupted');
    const log = join(cohort.work, 'rows.jsonl');
    await truncate(log, (await readFile(log)).length - 5);
    assert.deepEqual(await cohort.run(), ['b']);
    assert.deepEqual(await contents(cohort.arrays), stacked(['a', 'b']));
  });

  it('group anew the subjects whose images have changed, and leave them out when they now fail', async () => {
    const cohort = await Cohort.make(['a', 'b', 'c']);
    await cohort.run();
    await utimes(cohort.subjects[1].image.path, 5, 5);
    assert.deepEqual(await cohort.run(['b']), ['b']);
    assert.match(cohort.notices.join('\n'), /of 1 subjects are grouped again/);
    assert.deepEqual(await contents(cohort.arrays), stacked(['a', 'c']));
    await cohort.run();
    assert.deepEqual(await contents(cohort.arrays), stacked(['a', 'b', 'c']));
  });

  it('keep subjects that left the manifest, and say so', async () => {
    const cohort = await Cohort.make(['a', 'b', 'c']);
    await cohort.run();
    await cohort.setManifest(['d', 'c']);
    assert.deepEqual(await cohort.run(), ['d']);
    assert.match(cohort.notices.join('\n'), /keep 2 subjects that are not in this manifest/);
    assert.deepEqual(await contents(cohort.arrays), stacked(['a', 'b', 'c', 'd']));
  });

  it('start anew when the arrays were moved away', async () => {
    const cohort = await Cohort.make(['a', 'b']);
    await cohort.run();
    await rename(cohort.arrays, join(cohort.dir, 'elsewhere'));
    cohort.provenance.set('pipeline_text', 'another');
    assert.deepEqual(await cohort.run(), ['a', 'b']);
    assert.match(cohort.notices.join('\n'), /2 subjects are no longer in .*grouped_patch/);
    assert.deepEqual(await contents(cohort.arrays), stacked(['a', 'b']));
  });
});

describe('grouped patches refuse', () => {
  const grouped = async () => {
    const cohort = await Cohort.make(['a', 'b']);
    await cohort.run();
    return cohort;
  };

  it('rows of another pipeline, naming what differs', async () => {
    const cohort = await grouped();
    cohort.provenance.set('atlas_sha256', '12');
    await assert.rejects(cohort.open(), {
      code: 'output-of-other-pipeline',
      kind: 'usage',
      message: /grouped_patch\): atlas_sha256 is new: "12"/,
    });
    assert.deepEqual(await contents(cohort.arrays), stacked(['a', 'b']));
  });

  it('a directory that another left there', async () => {
    const cohort = await Cohort.make(['a']);
    await mkdir(cohort.arrays, { recursive: true });
    await assert.rejects(cohort.open(), { code: 'foreign-file' });
    const twice = await grouped();
    await mkdir(join(twice.work, 'arriving'));
    await assert.rejects(twice.open(), { code: 'foreign-file' });
  });

  it('a file in the place of the output', async () => {
    const cohort = await Cohort.make(['a']);
    await writeFile(cohort.outDir, '');
    await assert.rejects(cohort.open(), { code: 'output-not-a-directory', kind: 'usage' });
  });

  it('damaged arrays and a damaged log', async () => {
    const cohort = await grouped();
    await truncate(join(cohort.arrays, 'patch_loc_2.npy'), 150);
    await assert.rejects(cohort.open(), { code: 'group-damaged', kind: 'resource' });
    await rm(join(cohort.arrays, 'patch_loc_2.npy'));
    await assert.rejects(cohort.open(), { code: 'group-damaged' });
    await writeFile(join(cohort.work, 'rows.jsonl'), 'no log');
    await assert.rejects(cohort.open(), { code: 'group-log', kind: 'resource' });
  });

  it('a second run at the same time', async () => {
    const cohort = await Cohort.make(['a']);
    const run = await cohort.open();
    await assert.rejects(cohort.open(), { code: 'output-in-use', kind: 'usage' });
    await run.close('interrupted');
    await cohort.run();
  });

  it('patches of another shape, for that subject alone', async () => {
    const cohort = await Cohort.make(['a', 'b', 'c']);
    const run = await cohort.open();
    await run.add('a');
    for (const shape of [[4, 2, 3, 4], [120], [0, 2, 3, 4]])
      await assert.rejects(run.add('b', patchesOf('b', shape)), { code: 'patches-shape', kind: 'input' });
    await run.add('c');
    await run.close();
    assert.deepEqual(await contents(cohort.arrays), stacked(['a', 'c']));
  });
});

describe('grouped patches on a full disk', () => {
  it('lose no subject that was done, and go on when there is room', async (t) => {
    const cohort = await Cohort.make(['b', 'c', 'a']);
    const run = await cohort.open();
    await run.add('b');
    const probe = await open(cohort.subjects[0].image.path);
    const prototype = Object.getPrototypeOf(probe) as { write: (...args: never[]) => Promise<unknown> };
    await probe.close();
    const write = prototype.write;
    let left = 2;
    const full = t.mock.method(prototype, 'write', function (this: unknown, ...args: never[]) {
      if (left-- > 0) return write.apply(this, args);
      return Promise.reject(Object.assign(new Error('ENOSPC: no space left'), { code: 'ENOSPC' }));
    });
    await assert.rejects(run.add('c'), { code: 'disk-full', kind: 'resource' });
    await run.close('interrupted');
    full.mock.restore();
    assert.deepEqual(await cohort.run(), ['c', 'a']);
    assert.deepEqual(await contents(cohort.arrays), stacked(['a', 'b', 'c']));
  });

  it('of a file system of 256 KB', async (t) => {
    const cohort = await Cohort.make(['c', 'b', 'a', 'd']);
    await mkdir(cohort.outDir);
    const mount = (...args: string[]) => spawnSync('mount', [...args, cohort.outDir]).status === 0;
    if (!mount('-t', 'tmpfs', '-o', 'size=256k', 'tmpfs')) return t.skip('may not mount a file system');
    try {
      const big = (sid: string) => patchesOf(sid, [5, 16, 32, 16]); // 5 x 16 KB
      const run = await cohort.open();
      await run.add('c', big('c'));
      assert.match(cohort.notices.join('\n'), /of all 4 subjects take 320 kB; 2\d\d kB are free/);
      await run.add('b', big('b'));
      await assert.rejects(run.add('a', big('a')), { code: 'disk-full' });
      await run.close('interrupted');
      const cramped = await cohort.open();
      assert.deepEqual(await cramped.done(), ['b', 'c']);
      assert.ok(mount('-o', 'remount,size=4m'));
      await cramped.add('a', big('a'));
      await cramped.close();
      const { data } = await readNpy(join(cohort.arrays, 'patch_loc_4.npy'));
      const expected = ['a', 'b', 'c'].flatMap((sid) => [...big(sid).data.slice(4 * 8192)]);
      assert.deepEqual([...(data as Int16Array)], expected);
    } finally {
      spawnSync('umount', [cohort.outDir]);
    }
  });
});

const equal = (a: Map<string, string>, b: Map<string, string>) =>
  JSON.stringify([...a]) === JSON.stringify([...b]);

/** A process that does all that is not done and dies before its nth change of the file system. */
function runKilled({ dir, subjects }: Cohort, nth: number): { signal: string | null; steps: number } {
  const module = JSON.stringify(new URL('./cohort.js', import.meta.url).href);
  const script = `
    import fs from 'node:fs/promises';
    import { syncBuiltinESMExports } from 'node:module';
    let steps = 0;
    const counted = (owner, name) => {
      const real = owner[name];
      owner[name] = function (...args) {
        if (++steps > ${nth}) process.kill(process.pid, 'SIGKILL');
        return real.apply(this, args);
      };
    };
    for (const name of ['mkdir', 'rename', 'rm', 'appendFile']) counted(fs, name);
    const probe = await fs.open('/dev/null');
    for (const name of ['write', 'datasync', 'sync', 'truncate']) counted(Object.getPrototypeOf(probe), name);
    await probe.close();
    syncBuiltinESMExports();
    const { Cohort } = await import(${module});
    const cohort = await Cohort.make(${JSON.stringify(subjects.map(({ sid }) => sid))}, ${JSON.stringify(dir)});
    steps = 0;
    await cohort.run();
    console.log(steps);`;
  const child = spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
  if (child.signal === null) assert.equal(child.status, 0, child.stderr);
  return { signal: child.signal, steps: Number(child.stdout) };
}
