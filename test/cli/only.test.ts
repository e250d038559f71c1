import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { subjectsNamed } from '../../src/cli/only.js';
import { temporaryDirectory } from '../temporary.js';

describe('--only', () => {
  it('names subjects one by one, by commas, and by a file', async () => {
    const file = join(temporaryDirectory('only'), 'subjects.txt');
    await writeFile(file, 'd\r\n\ne, f\n');
    assert.deepEqual(await subjectsNamed(['a', 'b,c', `@${file}`]), ['a', 'b', 'c', 'd', 'e', 'f']);
    await assert.rejects(subjectsNamed(['@/no/where']), { code: 'only-file', kind: 'usage' });
  });
});
