import assert from 'node:assert/strict';
import { appendFile, open, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { z } from 'zod';
import { resourceError } from '../../src/core/errors.js';
import { Log, type LogFormat } from '../../src/store/log.js';
import { temporaryDirectory } from '../temporary.js';

type Header = { readonly of: string } | undefined;
type Entry = [sid: string, row: number];

const format: LogFormat<Header, Entry> = {
  header: z.strictObject({ of: z.string() }).optional(),
  record: z.tuple([z.string(), z.int()]),
  damaged: (path, cause) => resourceError('log', `${path} is damaged.`, 'Delete it.', cause),
};
const path = join(temporaryDirectory('log'), 'log.jsonl');
const entries: readonly Entry[] = [
  ['a', 0],
  ['ö', 1],
  ['c', 2],
];
const damaged = { name: 'LungflowError', code: 'log' };

const HEADER: Header = { of: 'rows' };
const written = async (records = entries, header: readonly [Header] = [HEADER]) => {
  const log = await Log.create<Header, Entry>(path, header[0]);
  for (const record of records) await log.append(record);
  return log;
};
const reopened = async () => (await Log.open(path, format))!;
const failing = (): Promise<never> =>
  Promise.reject(Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' }));

describe('log', () => {
  it('is a header and a line a record, either of which may be missing', async () => {
    await written();
    assert.equal(await readFile(path, 'utf8'), '{"of":"rows"}\n["a",0]\n\n["ö",1]\n\n["c",2]\n');
    const log = await reopened();
    assert.deepEqual([log.header, log.records], [HEADER, entries]);
    await written([]);
    assert.equal(await readFile(path, 'utf8'), '{"of":"rows"}');
    assert.deepEqual((await reopened()).records, []);
    await written([['a', 0]], [undefined]);
    assert.equal(await readFile(path, 'utf8'), '\n["a",0]\n');
    assert.deepEqual([(await reopened()).header, (await reopened()).records], [undefined, [['a', 0]]]);
    await rm(path);
    assert.equal(await Log.open(path, format), undefined);
  });

  it('forgives a last line cut short at any byte, and goes on', async () => {
    const line = Buffer.byteLength('\n["c",2]\n');
    for (let missing = 1; missing <= line; missing++) {
      await written();
      await truncate(path, (await readFile(path)).length - missing);
      const log = await reopened();
      const whole = missing === 1 ? entries : entries.slice(0, 2); // without its line break it is whole
      assert.deepEqual(log.records, whole, `${missing} bytes short`);
      await log.append(['d', 3]);
      assert.deepEqual((await reopened()).records, [...whole, ['d', 3]], `${missing} bytes short`);
    }
  });

  it('forgives one that an earlier version left among whole ones', async () => {
    await writeFile(path, '{"of":"rows"}\n["a",0]\n\n["b",\n["c",2]\n');
    assert.deepEqual((await reopened()).records, [
      ['a', 0],
      ['c', 2],
    ]);
  });

  it('refuses a header of another kind, and none at all where one belongs', async () => {
    for (const header of ['{"of":1}', '{"of":"rows","more":1}', '["a",0]', '{"of":"ro', 'text', '\0\0']) {
      await writeFile(path, `${header}\n["a",0]\n`);
      await assert.rejects(reopened(), damaged, header);
    }
    await writeFile(path, '\n["a",0]\n');
    const strict = { ...format, header: z.strictObject({ of: z.string() }) };
    await assert.rejects(Log.open(path, strict), damaged);
  });

  it('refuses records that nothing cut short', async () => {
    for (const line of ['["a"', '["a",0.5]', '{"a":0}', 'text']) {
      await written();
      await appendFile(path, `\n${line}\n`);
      await assert.rejects(reopened(), damaged, line);
      await appendFile(path, '\n["d",3]\n');
      await assert.rejects(reopened(), damaged, line);
    }
  });

  it('is replaced whole, or stays as it was', async (t) => {
    const log = await written();
    const before = await readFile(path, 'utf8');
    const probe = await open(path);
    const prototype = Object.getPrototypeOf(probe) as { sync: () => Promise<void> };
    await probe.close();
    const full = t.mock.method(prototype, 'sync', failing);
    await assert.rejects(log.replace([['z', 9]]), { code: 'ENOSPC' });
    full.mock.restore();
    assert.equal(await readFile(path, 'utf8'), before);
    assert.deepEqual(log.records, entries);
    await log.replace([['z', 9]]);
    assert.deepEqual([log.records, (await reopened()).records], [[['z', 9]], [['z', 9]]]);
    assert.deepEqual(await readdir(join(path, '..')), ['log.jsonl']);
  });

  it('does not keep a record that the disk had no room for', async (t) => {
    const log = await written();
    const probe = await open(path);
    const prototype = Object.getPrototypeOf(probe) as { sync: () => Promise<void> };
    await probe.close();
    const full = t.mock.method(prototype, 'sync', failing);
    await assert.rejects(log.append(['lost', 8]), { code: 'ENOSPC' });
    full.mock.restore();
    await log.append(['d', 3]);
    assert.deepEqual((await reopened()).records, [...entries, ['d', 3]]);
  });
});
