/** Flags are the command line's: below it, and in what stages say, an option has the name that a program gives it. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { inFlags, problemInFlags } from '../src/cli/flags.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const sources = ['src', 'stages', 'data'].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => relative(root, join(root, folder, name))),
);
const isOfTheCommandLine = (file: string): boolean => file.startsWith(join('src', 'cli'));

/** Of other programs: `npm install`, `vulkaninfo`, Node itself. */
const OTHERS = new Set(['--no-save', '--save-dev', '--summary', '--expose-gc']);

const flagsIn = (file: string): string[] =>
  [...readFileSync(join(root, file), 'utf8').matchAll(/(?<![\w-[(<>])--[a-z$][\w-]*/g)]
    .map(([flag]) => flag)
    .filter((flag) => !OTHERS.has(flag));

describe('flags', () => {
  it('are found where they are', () =>
    assert.ok(sources.filter(isOfTheCommandLine).some((file) => flagsIn(file).length > 0)));

  it('are named by the command line alone', () => {
    const below = sources.filter((file) => !isOfTheCommandLine(file));
    assert.deepEqual(
      below.flatMap((file) => flagsIn(file).map((flag) => `${file}: ${flag}`)),
      [],
    );
  });

  it('stand for the options that a message names', () => {
    assert.equal(inFlags('Choose another `out`, or lower `jobs`.'), 'Choose another --out, or lower --jobs.');
    assert.equal(inFlags('Raise `fewerThan`.'), 'Raise --fewer-than.');
    assert.equal(inFlags('`labels` of the segment stage'), '`labels` of the segment stage');
  });

  it('stand for an option before a problem of its value, and for no word of a file', () => {
    assert.equal(
      problemInFlags('`set` a=1: found the unknown parameter `set`'),
      '--set a=1: found the unknown parameter `set`',
    );
    assert.equal(problemInFlags('p.yaml:3: found `out`'), 'p.yaml:3: found `out`');
  });
});
