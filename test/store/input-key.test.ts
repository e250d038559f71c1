import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdirSync, rmSync, statSync, symlinkSync, utimesSync } from 'node:fs';
import { beforeEach, describe, it } from 'node:test';
import { fileSource, type ImageSource } from '../../src/core/image-source.js';
import { inputKeys } from '../../src/store/input-key.js';
import { scratchDirectory } from '../temporary.js';

const keyOf = async (image: ImageSource) => {
  const subject = { sid: 's', image, index: 0, line: 2, columns: { age: '61' }, path: () => undefined };
  return (await inputKeys([subject], new Set(['age']))).get('s');
};

describe('the key of a subject', () => {
  const scratch = scratchDirectory('input-key');
  const path = `${scratch.directory}/scan`;
  const put = (name: string, text: string) =>
    utimesSync(scratch.put(`scan/${name}`, Buffer.from(text)), 5, 5);

  beforeEach(() => {
    rmSync(path, { recursive: true, force: true });
    mkdirSync(`${path}/series`, { recursive: true });
    for (const name of ['b.dcm', 'a.dcm', 'series/c.dcm']) put(name, name);
  });

  it('of a file is what it has always been, so that stored results stay', async () => {
    const image = `${path}/a.dcm`;
    const { size, mtimeNs } = statSync(image, { bigint: true });
    const hashed = JSON.stringify(['s', `${size} ${mtimeNs}`, [['age', '61', null]]]);
    assert.equal(await keyOf(fileSource(image)), createHash('sha256').update(hashed).digest('hex'));
    assert.equal(await keyOf(fileSource(`${path}/none`)), undefined);
  });

  it('of a folder changes with a name, a size or a time of its files, and with the series', async () => {
    const folder = { kind: 'folder', path } as const;
    const keys = [await keyOf(folder), await keyOf({ ...folder, series: '1.2.3' })];
    for (const change of [
      () => put('d.dcm', ''),
      () => put('a.dcm', 'longer'),
      () => utimesSync(`${path}/series/c.dcm`, 6, 6),
      () => rmSync(`${path}/b.dcm`),
    ]) {
      change();
      keys.push(await keyOf(folder));
    }
    assert.ok(!keys.includes(undefined));
    assert.equal(new Set(keys).size, keys.length);
    assert.equal(await keyOf({ kind: 'folder', path: `${path}/none` }), undefined);
  });

  it('of a folder stays while its files do, whatever else lies there', async () => {
    const folder = { kind: 'folder', path } as const;
    const key = await keyOf(folder);
    mkdirSync(`${path}/empty`);
    symlinkSync('nowhere', `${path}/broken`);
    assert.equal(await keyOf(folder), key);
  });

  it('of a folder that leads into itself comes to an end', async () => {
    symlinkSync('.', `${path}/self`);
    assert.ok(await keyOf({ kind: 'folder', path }));
  });
});
