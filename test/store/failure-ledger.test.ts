import assert from 'node:assert/strict';
import { readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { inputError } from '../../src/core/errors.js';
import { FailureLedger, readFailures } from '../../src/store/failure-ledger.js';
import { temporaryDirectory } from '../temporary.js';

const outDir = temporaryDirectory('ledger');
const path = join(outDir, 'failures.jsonl');
const failure = (sid: string) =>
  inputError('nifti-truncated', 'The file ends early.', 'Copy it again.').at({ sid, stage: 'load' });
const recorded = (sid: string) => ({
  ...{
    sid,
    stage: 'load',
    kind: 'input',
    code: 'nifti-truncated',
    what: 'The file ends early.',
    remedy: 'Copy it again.',
  },
});

describe('the list of failed subjects', () => {
  it('is begun anew by each run, and read in order', async () => {
    assert.deepEqual(await readFailures(outDir), []);
    for (const sids of [['a'], ['b', 'c']]) {
      const ledger = new FailureLedger(outDir);
      await ledger.begin();
      for (const sid of sids) await ledger.add(failure(sid));
      assert.deepEqual(await readFailures(outDir), sids.map(recorded));
    }
  });

  it('leaves out a line cut short at any byte, and refuses what is no such list', async () => {
    const ledger = new FailureLedger(outDir);
    await ledger.begin();
    await ledger.add(failure('a'));
    const { length } = await readFile(path);
    await ledger.add(failure('b'));
    for (let size = (await readFile(path)).length - 1; size >= length; size--) {
      await truncate(path, size);
      assert.deepEqual(await readFailures(outDir), [recorded('a')]);
    }
    for (const text of ['text\n', '{"sid":"a"}\n', '\n']) {
      await writeFile(path, text);
      await assert.rejects(readFailures(outDir), { code: 'ledger-damaged', kind: 'resource' });
    }
  });
});
