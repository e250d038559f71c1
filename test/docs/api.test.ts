/** What `lungflow` and `lungflow/stages` export is documented: typedoc finds nothing to warn of (typedoc.json says what it asks for). */
import { execFile } from 'node:child_process';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const typedoc = fileURLToPath(new URL('../../../node_modules/typedoc/bin/typedoc', import.meta.url));

describe('the API reference', () => {
  it('has a comment for every export, and every type that it mentions', async () => {
    const told = await promisify(execFile)(process.execPath, [typedoc, '--emit', 'none'], {
      cwd: root,
      env: { ...process.env, NO_COLOR: '1' },
    }).then(
      () => '',
      (failed: unknown) => {
        const { stdout, stderr } = failed as { stdout: string; stderr: string };
        return stdout + stderr;
      },
    );
    assert.equal(told, '');
  });
});
