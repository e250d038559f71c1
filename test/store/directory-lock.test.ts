import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { mkdir, readdir, readFile, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, it } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { lockDirectory } from '../../src/store/directory-lock.js';
import { thisProcess, type LockOwner } from '../../src/store/lock-owner.js';
import { temporaryDirectory } from '../temporary.js';

const quick = { beatMs: 20, patienceMs: 200 };

describe('the lock of a directory', () => {
  let directory: string;
  let path: string;
  beforeEach(() => {
    directory = temporaryDirectory('lock');
    path = join(directory, '.lock');
  });
  /** A lock that another process left, or still has. */
  const leave = async (owner: Partial<LockOwner>) =>
    writeFile(path, JSON.stringify({ ...(await thisProcess()), ...owner }));

  it('is one file, and goes with its holder', async () => {
    const lock = await lockDirectory(directory, quick);
    assert.deepEqual(await readdir(directory), ['.lock']);
    await assert.rejects(lockDirectory(directory, quick), { code: 'output-in-use', kind: 'usage' });
    await lock.release();
    assert.deepEqual(await readdir(directory), []);
  });

  it('of a process that is gone is taken over at once, though its number is another’s by now', async () => {
    for (const owner of [
      { pid: spawnSync(process.execPath, ['-e', '']).pid },
      { pid: process.ppid, started: '1' },
      { started: '1' },
    ]) {
      await leave(owner);
      const lock = await lockDirectory(directory, { ...quick, onWait: (message) => assert.fail(message) });
      await lock.release();
    }
  });

  it('of a process that lives is refused at once', async () => {
    await leave({ pid: process.ppid, started: '' });
    const refused = lockDirectory(directory, { ...quick, onWait: (message) => assert.fail(message) });
    await assert.rejects(refused, { code: 'output-in-use', message: new RegExp(`process ${process.ppid}`) });
  });

  for (const [where, owner] of Object.entries({
    'on another host': { host: 'elsewhere' },
    'in another container': { namespace: 'pid:[1]' },
    'of another start of the machine, or of one that bears the same name': { boot: 'other' },
  })) {
    it(`${where} is refused while it is touched, and taken over when it is no more`, async () => {
      await leave(owner);
      const beat = setInterval(() => void utimes(path, new Date(), new Date()), 30);
      const said: string[] = [];
      const onWait = (message: string) => void said.push(message);
      await assert.rejects(lockDirectory(directory, { ...quick, onWait }), { code: 'output-in-use' });
      clearInterval(beat);
      await pause(50);
      const lock = await lockDirectory(directory, { ...quick, onWait });
      assert.match(said.join(), /cannot be looked for from here.*within 1 s/);
      assert.equal((JSON.parse(await readFile(path, 'utf8')) as LockOwner).pid, process.pid);
      await lock.release();
      assert.deepEqual(await readdir(directory), []);
    });
  }

  it('that is empty or torn is told, and taken over', async () => {
    for (const text of ['', '{"pid":12,"host":"no', '\0\0\0\0', '{"pid":1}', 'null']) {
      await writeFile(path, text);
      const said: string[] = [];
      const lock = await lockDirectory(directory, { ...quick, onWait: (message) => void said.push(message) });
      assert.match(said.join(), /did not come to say which/);
      await lock.release();
    }
  });

  it('is touched while it is held, and missed when another run has taken it', async () => {
    let lost = 0;
    const lock = await lockDirectory(directory, { ...quick, onLost: () => void (lost += 1) });
    await utimes(path, 5, 5);
    await pause(100);
    const other = await lockDirectory(temporaryDirectory('lock'), quick);
    const text = JSON.stringify({ ...(await thisProcess()), host: 'elsewhere' });
    await writeFile(path, text);
    await pause(100);
    assert.equal(lost, 1);
    await lock.release();
    assert.equal(await readFile(path, 'utf8'), text);
    await other.release();
  });

  it('of one of many that want it is one’s alone', async () => {
    await leave({ host: 'elsewhere' });
    const program = `
      import { lockDirectory } from ${JSON.stringify(new URL('../../src/store/directory-lock.js', import.meta.url).href)};
      const lock = await lockDirectory(${JSON.stringify(directory)}, ${JSON.stringify(quick)}).catch((error) => error.code);
      console.log(typeof lock === 'string' ? lock : 'held');
      if (typeof lock !== 'string') { await new Promise((done) => setTimeout(done, 1500)); await lock.release(); }`;
    const answers = await Promise.all(
      Array.from({ length: 6 }, async () => {
        const child = spawn(process.execPath, ['--input-type=module', '-e', program]);
        let said = '';
        child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
        await new Promise((done) => child.on('close', done));
        return said.trim();
      }),
    );
    assert.deepEqual(answers.sort(), ['held', ...Array<string>(5).fill('output-in-use')]);
    assert.deepEqual(await readdir(directory), []);
  });

  it('of a directory covers those below it', async () => {
    const lock = await lockDirectory(directory, quick);
    const below = join(directory, 'below');
    await mkdir(below);
    await writeFile(join(below, '.lock'), JSON.stringify({ ...(await thisProcess()), host: 'elsewhere' }));
    const covered = await lockDirectory(below, { ...quick, onWait: (message) => assert.fail(message) });
    assert.deepEqual(await readdir(below), []);
    await assert.rejects(lockDirectory(below, quick), { code: 'output-in-use' });
    await covered.release();
    await lock.release();
  });
});
