import assert from 'node:assert/strict';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { folderFiles } from '../../../src/formats/volume/folder-files.js';
import { temporaryDirectory } from '../../temporary.js';

describe('the files of a folder', () => {
  it('are the regular ones, at any depth, sorted by name', async () => {
    const folder = temporaryDirectory('folder-files');
    mkdirSync(`${folder}/s/t`, { recursive: true });
    for (const name of ['b', 's/t/c', 'a']) writeFileSync(`${folder}/${name}`, name);
    symlinkSync('../b', `${folder}/s/link`);
    symlinkSync('nowhere', `${folder}/broken`);
    symlinkSync('.', `${folder}/self`);
    assert.deepEqual(
      (await folderFiles(folder)).map(({ name, size }) => [name, size]),
      [
        ['a', 1n],
        ['b', 1n],
        ['s/link', 1n],
        ['s/t/c', 5n],
      ],
    );
  });

  it('are refused where they are more, or deeper, than those of a scan', async () => {
    const deep = temporaryDirectory('folder-deep');
    mkdirSync(`${deep}/1/2/3/4/5/6/7/8`, { recursive: true });
    await assert.rejects(folderFiles(deep), { kind: 'input', code: 'folder-too-large' });
    const wide = temporaryDirectory('folder-wide');
    for (let i = 0; i <= 10_000; i++) writeFileSync(`${wide}/${i}`, '');
    await assert.rejects(folderFiles(wide), { kind: 'input', code: 'folder-too-large' });
  });
});
