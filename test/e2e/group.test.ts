import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { tableFromIPC } from 'apache-arrow';
import { readNpy } from '../../src/formats/npy.js';
import { temporaryDirectory } from '../temporary.js';
import { phantomCohort, pipeline, start } from './command.js';

const GROUP = 'pipelines/group.yaml';

async function fingerprint(out: string): Promise<string> {
  const hash = createHash('sha256');
  for (const name of (await readdir(join(out, 'grouped_patch'))).sort())
    hash.update(name).update(await readFile(join(out, 'grouped_patch', name)));
  return hash.digest('hex');
}

/** Of one subject, as `write` has stored them: [locations x 32 x 32 x 32]. */
async function writtenPatches(part: string): Promise<Int16Array> {
  const column = tableFromIPC(await readFile(part)).getChild('patches')!;
  let data = column.data[0];
  while (data.children.length > 0) data = data.children[0] as typeof data;
  return data.values as Int16Array;
}

describe('pipelines/group.yaml', () => {
  let inputs: string[];
  let sids: string[];
  let reference: string;
  before(async () => {
    const cohort = join(temporaryDirectory('group-cohort'), 'cohort');
    await cp(await phantomCohort(), cohort, { recursive: true });
    const [header, ...rows] = (await readFile(join(cohort, 'manifest.csv'), 'utf8')).trim().split(/\r?\n/);
    sids = rows.map((row) => row.split(',')[0]);
    const gone = `absent,absent.nii.gz${','.repeat(header.split(',').length - 2)}`;
    await writeFile(join(cohort, 'manifest.csv'), [header, rows[2], gone, rows[0], rows[1]].join('\n'));
    inputs = ['--input', join(cohort, 'manifest.csv'), '--set', `atlas=${join(cohort, 'atlas')}`];
    inputs.push('--set', 'segment.mask=mask'); // quicker
  });

  it('stacks the patches of those that did not fail, by sid', async () => {
    const out = temporaryDirectory('group');
    const patches = ['--set', 'write.columns=[patches, corners]', '--set', 'write.rows=1'];
    const { code, stderr } = await pipeline('run', GROUP, ...inputs, ...patches, '--out', out, '--jobs', '2');
    assert.equal(code, 1, stderr);
    assert.match(stderr, /3 subjects done .* 1 failed/);
    const list = await readFile(join(out, 'grouped_patch', 'subjects.csv'), 'utf8');
    assert.deepEqual(list.trim().split('\n'), ['sid', ...sids]);
    // Parts are named for positions of the manifest, which has `absent` at 1.
    const each = await Promise.all(
      [2, 3, 0].map((part) => writtenPatches(join(out, 'features', `part-0000${part}.arrow`))),
    );
    const edge3 = 32 ** 3;
    const locations = each[0].length / edge3;
    assert.equal((await readdir(join(out, 'grouped_patch'))).length, locations + 1);
    for (let location = 0; location < locations; location++) {
      const { data, shape } = await readNpy(join(out, 'grouped_patch', `patch_loc_${location}.npy`));
      assert.deepEqual(shape, [3, 32, 32, 32]);
      for (const [row, whole] of each.entries())
        assert.ok(
          Buffer.from((data as Int16Array).slice(row * edge3, (row + 1) * edge3).buffer).equals(
            Buffer.from(whole.slice(location * edge3, (location + 1) * edge3).buffer),
          ),
          `location ${location}, row ${row}`,
        );
    }
    reference = await fingerprint(out);
  });

  it('gives the same bytes after SIGKILL, with other jobs, and when one of its outputs is gone', async () => {
    const out = temporaryDirectory('group-killed');
    const run = (...more: string[]) => pipeline('run', GROUP, ...inputs, '--out', out, ...more);
    const { child, ended } = start(['run', GROUP, ...inputs, '--out', out, '--jobs', '1']);
    const sawOne = new Promise<void>((go) =>
      child.stderr!.on('data', (chunk: Buffer) => /\[1\/4\]/.test(chunk.toString()) && go()),
    );
    await Promise.race([sawOne, ended]);
    child.kill('SIGKILL');
    await ended;
    assert.ok(!existsSync(join(out, 'grouped_patch')), 'nothing is shown before it is whole');
    const resumed = await run('--jobs', '1');
    assert.equal(resumed.code, 1, resumed.stderr);
    assert.match(resumed.stderr, /of 4 subjects were done before/);
    assert.equal(await fingerprint(out), reference);

    await rm(join(out, 'grouped_patch'), { recursive: true });
    const again = await run('--only', sids[0]);
    assert.equal(again.code, 0, again.stderr);
    assert.match(again.stderr, /3 subjects are no longer in/);
    const list = await readFile(join(out, 'grouped_patch', 'subjects.csv'), 'utf8');
    assert.equal(list, `sid\n${sids[0]}\n`, '`write` has all three, `group` must not lack the one');
  });

  it('stops with a full disk, and resumes when there is room', async (t) => {
    const out = temporaryDirectory('group-full');
    const mount = (...args: string[]) => spawnSync('mount', [...args, out]).status === 0;
    if (!mount('-t', 'tmpfs', '-o', 'size=40m', 'tmpfs')) return t.skip('may not mount a file system');
    try {
      await mkdir(join(out, 'run'));
      const run = () => pipeline('run', GROUP, ...inputs, '--out', join(out, 'run'), '--jobs', '1');
      const full = await run();
      assert.equal(full.code, 1, full.stderr);
      assert.match(full.stderr, /The disk is full.*resumes/s);
      assert.match(full.stderr, /of all 4 subjects take 9\d.* MB; .* are free/);
      assert.ok(!existsSync(join(out, 'run', 'grouped_patch')));
      assert.ok(mount('-o', 'remount,size=400m'));
      const resumed = await run();
      assert.equal(resumed.code, 1, resumed.stderr);
      assert.match(resumed.stderr, /1 of 4 subjects were done before/);
      assert.equal(await fingerprint(join(out, 'run')), reference);
    } finally {
      spawnSync('umount', [out]);
    }
  });
});
