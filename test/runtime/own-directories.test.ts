import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { describe, it } from 'node:test';
import type { Stage } from '../../src/core/stage.js';
import { group, preview, register, write } from '../../stages/index.js';
import { temporaryDirectory } from '../temporary.js';
import { cohort, madeStage, run } from './cohort.js';

const opened: string[] = [];
const writing = (name: string, ...writesTo: string[]): Stage => ({
  ...madeStage({ name, open: { process: () => Promise.resolve({}) } }),
  writesTo,
  open: () => {
    opened.push(name);
    return Promise.resolve({ process: () => Promise.resolve({}) });
  },
});

describe('two stages that would write into one directory', () => {
  it('are refused before any is opened, even where only the case of letters differs', async () => {
    for (const other of ['features', 'Features']) {
      const outDir = temporaryDirectory('own-directories');
      const stages = [writing('write', 'features'), writing('draw', 'pictures', other)];
      await assert.rejects(run({ stages, subjects: cohort(1), outDir }), {
        name: 'LungflowError',
        kind: 'pipeline-file',
        code: 'directory-twice',
        stage: 'draw',
        what: `The stages write and draw would both write to the directory ${other} of the results.`,
      });
      assert.deepEqual([opened, await readdir(outDir)], [[], []]);
    }
  });

  it('run with directories of their own', async () => {
    const stages = [writing('write', 'features'), writing('draw', 'pictures')];
    assert.equal((await run({ stages, subjects: cohort(1) })).done, 1);
    assert.deepEqual(opened.splice(0), ['write', 'draw']);
  });

  it('are known by what the shipped stages say of themselves', () => {
    assert.deepEqual(write().writesTo, ['features']);
    assert.deepEqual(group({ to: 'x' }).writesTo, ['x']);
    assert.deepEqual(preview().writesTo, ['previews']);
    assert.deepEqual(register({ atlas: 'a' }).writesTo, ['transforms']);
    assert.deepEqual(register({ atlas: 'a', save: [] }).writesTo, []);
  });
});
