/** What the stage `group` wrote, read back. */
import assert from 'node:assert/strict';
import { readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { openGrouped } from '../../../src/store/grouped/grouped-reader.js';
import { Cohort, patchesOf } from './cohort.js';

const PATCH = 2 * 3 * 4;

describe('grouped patches that are read', () => {
  it('are a row a subject, for each location', async () => {
    const sids = Array.from({ length: 130 }, (_, i) => `s${String(i).padStart(3, '0')}`); // more than are read at once
    const cohort = await Cohort.make(sids);
    await cohort.run();
    const grouped = await openGrouped(cohort.arrays);
    assert.deepEqual(grouped.sids, sids);
    assert.deepEqual(await grouped.shape(4), [130, 2, 3, 4]);
    let row = 0;
    for await (const patch of grouped.rows(3))
      assert.deepEqual(patch, patchesOf(sids[row++]).data.slice(3 * PATCH, 4 * PATCH));
    assert.equal(row, 130);
  });

  it('are refused before they are whole', async () => {
    const cohort = await Cohort.make(['a', 'b']);
    const run = await cohort.open();
    await run.add('a');
    await assert.rejects(openGrouped(cohort.arrays), { code: 'not-grouped', kind: 'usage' });
    await run.close('interrupted');
  });

  it('name the file that is damaged', async () => {
    const cohort = await Cohort.make(['a', 'b']);
    await cohort.run();
    const [array, list] = ['patch_loc_1.npy', 'subjects.csv'].map((name) => join(cohort.arrays, name));
    const refused = (path: string) => (error: Error & { code?: string }) =>
      error.code === 'group-damaged' && error.message.includes(path);
    const grouped = await openGrouped(cohort.arrays);
    const bytes = await readFile(array);
    await truncate(array, bytes.length - 1);
    await assert.rejects(grouped.shape(1), refused(array));
    await assert.rejects(grouped.rows(1).next(), refused(array));
    await writeFile(array, bytes.fill(0, 0, 6));
    await assert.rejects(grouped.rows(1).next(), refused(array));
    await assert.rejects(grouped.shape(99), refused('patch_loc_99.npy'));
    assert.equal((await grouped.rows(2).next()).value?.length, PATCH);
    await writeFile(list, 'sid\na\n');
    await assert.rejects((await openGrouped(cohort.arrays)).shape(2), refused('patch_loc_2.npy'));
    await writeFile(list, 'sid\na');
    await assert.rejects(openGrouped(cohort.arrays), refused(list));
  });
});
