import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { isOlder } from '../../src/cli/is-older.js';
import { root } from '../e2e/command.js';

const main = join(root, 'dist/src/cli/main.js');

describe('the program', () => {
  it('says which Node.js it needs, where it is started by an older one', () => {
    const old = "data:text/javascript,Object.defineProperty(process.versions,'node',{value:'18.19.1'})";
    const { status, stdout, stderr } = spawnSync(process.execPath, ['--import', old, main, 'doctor'], {
      encoding: 'utf8',
    });
    assert.deepEqual([status, stdout], [2, '']);
    assert.match(stderr, /^lungflow needs Node\.js 20\.19 or later; this is 18\.19\.1\.\n$/);
  });

  it('tells its version', () => {
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
    assert.equal(
      spawnSync(process.execPath, [main, '--version'], { encoding: 'utf8' }).stdout,
      `${version}\n`,
    );
  });

  it('compares versions by their numbers', () => {
    assert.ok(isOlder('18.19.1', '20.19'));
    assert.ok(isOlder('20.9.0', '20.19'));
    assert.ok(!isOlder('20.19.0', '20.19'));
    assert.ok(!isOlder('22.1.0', '20.19'));
  });
});
