/** docs/reference.md has every section that a comment cites, and each says what Lungflow does otherwise. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const read = (name: string) => readFileSync(join(root, name), 'utf8');

const sections = read('docs/reference.md')
  .split(/^## /m)
  .slice(1)
  .map((text) => ({ number: text.slice(0, text.indexOf('.')), text }));

/** Sources that may cite it, a comment's line breaks taken out. */
const sources = ['src', 'stages', 'data', 'test', 'bench', 'docs']
  .flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name)),
  )
  .filter((name) => /\.(ts|py|md)$/.test(name))
  .map((name) => ({ name, text: read(name).replaceAll(/\s+(?:\*|\/\/|#)?\s*/g, ' ') }));

const citations = sources.flatMap(({ name, text }) =>
  [...text.matchAll(/reference sections? (\d+(?:(?:, | and |, and )\d+)*)/gi)].flatMap(([, numbers]) =>
    numbers.split(/\D+/).map((number) => ({ name, number })),
  ),
);

describe('docs/reference.md', () => {
  it('has every section that is cited', () => {
    assert.ok(citations.length > 25, String(citations.length));
    const known = new Set(sections.map(({ number }) => number));
    assert.deepEqual(
      citations.filter(({ number }) => !known.has(number)),
      [],
    );
  });

  it('says at the end of each section what Lungflow does otherwise', () => {
    for (const { number, text } of sections)
      assert.match(text, /^\*\*What Lungflow does otherwise\.\*\* (?:.+\n?)+\s*$/m, number);
  });

  it('is the only one that is cited by section', () => {
    const elsewhere = sources.filter(({ text }) => /\bspec(?:ification)?,? section/i.test(text));
    assert.deepEqual(
      elsewhere.map(({ name }) => name).filter((name) => name !== join('test', 'docs', 'reference.test.ts')),
      [],
    );
  });
});
