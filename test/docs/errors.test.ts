/** docs/errors.md lists the error codes that the code has, each once, and no other. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../..', import.meta.url));

interface Entry {
  readonly kind: string;
  readonly code: string;
  readonly folders: string;
}

/** Rows of the tables, each below a heading that ends with its kind. */
const documented = readFileSync(join(root, 'docs/errors.md'), 'utf8')
  .split(/^## .*: `/m)
  .slice(1)
  .flatMap((section): Entry[] => {
    const kind = section.slice(0, section.indexOf('`'));
    return [...section.matchAll(/^\| `([^`]+)` .*\| ([^|]*?) +\|$/gm)].map(([, code, folders]) => ({
      kind,
      code,
      folders: folders.replaceAll(',', ''),
    }));
  });

const inCode = execFileSync(process.execPath, [join(root, 'scripts/error-codes.mjs')], { encoding: 'utf8' })
  .trim()
  .split('\n')
  .map((line): Entry => {
    const [kind, code, ...folders] = line.split(' ');
    return { kind, code, folders: folders.join(' ') };
  });

const keys = (entries: readonly Entry[]) => entries.map(({ kind, code }) => `${kind} ${code}`);

describe('docs/errors.md', () => {
  it('has every code of the code', () => {
    assert.ok(inCode.length > 100, String(inCode.length));
    const known = new Set(keys(documented));
    assert.deepEqual(
      keys(inCode).filter((key) => !known.has(key)),
      [],
    );
  });

  it('has no other', () => {
    const known = new Set(keys(inCode));
    assert.deepEqual(
      keys(documented).filter((key) => !known.has(key)),
      [],
    );
  });

  it('has each once', () => assert.equal(new Set(keys(documented)).size, documented.length));

  it('says where each comes from (node scripts/error-codes.mjs --write)', () => {
    const folders = new Map(inCode.map((entry) => [keys([entry])[0], entry.folders]));
    for (const entry of documented) assert.equal(entry.folders, folders.get(keys([entry])[0]), entry.code);
  });
});
