import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdir, open, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { removeTemporaries, writeDurably } from '../../src/store/durable-file.js';
import { temporaryDirectory } from '../temporary.js';

describe('durable file', () => {
  const dir = temporaryDirectory('durable');
  before(() => writeFile(join(dir, 'a'), 'old'));

  const assertUntouched = async () => {
    assert.deepEqual(await readdir(dir), ['a']);
    assert.equal(await readFile(join(dir, 'a'), 'utf8'), 'old');
  };
  const failing = (): Promise<never> => Promise.reject(Object.assign(new Error('full'), { code: 'ENOSPC' }));

  it('is replaced by its new content, of shared memory too', async () => {
    const shared = new Uint8Array(new SharedArrayBuffer(3)).fill(65);
    await writeDurably(join(dir, 'b'), [shared, new Uint8Array([66])]);
    await writeDurably(join(dir, 'b'), [shared]);
    assert.equal(await readFile(join(dir, 'b'), 'utf8'), 'AAA');
    await rm(join(dir, 'b'));
  });

  it('stays as it was when the disk cannot keep it', async (t) => {
    const probe = await open(join(dir, 'a'));
    t.mock.method(Object.getPrototypeOf(probe) as { sync: () => Promise<void> }, 'sync', failing);
    await probe.close();
    await assert.rejects(writeDurably(join(dir, 'a'), [new Uint8Array(9)]), { code: 'ENOSPC' });
    await assertUntouched();
  });

  it('leaves nothing when it cannot take its name', async () => {
    await mkdir(join(dir, 'b', 'c'), { recursive: true });
    await assert.rejects(writeDurably(join(dir, 'b'), 'text'), { code: 'EISDIR' });
    await rm(join(dir, 'b'), { recursive: true });
    await assertUntouched();
  });

  it('stays as it was when its content fails half-way', async () => {
    async function* content() {
      yield new Uint8Array(9);
      await failing();
    }
    await assert.rejects(writeDurably(join(dir, 'a'), content()), { code: 'ENOSPC' });
    await assertUntouched();
  });

  it(
    'stays as it was when the system refuses to write more',
    { skip: process.platform === 'win32' },
    async () => {
      const module = new URL('../../src/store/durable-file.js', import.meta.url).href;
      const script = `
      import { writeDurably } from '${module}';
      await writeDurably('${join(dir, 'a')}', [new Uint8Array(1 << 20)]).catch((error) => console.log(error.code));`;
      const limited = ['-c', 'ulimit -f 64; exec "$0" --input-type=module -e "$1"', process.execPath, script];
      const { stdout, stderr } = spawnSync('sh', limited, { encoding: 'utf8' });
      assert.equal(stdout.trim(), 'EFBIG', stderr);
      await assertUntouched();
    },
  );

  it('leaves no temporary file behind', async () => {
    await writeFile(join(dir, '.a.12-3.tmp'), '');
    await writeFile(join(dir, '.keep'), '');
    await removeTemporaries(dir);
    assert.deepEqual(await readdir(dir), ['.keep', 'a']);
  });
});
