/** A stage that breaks what it declared fails its subject by name; nothing of it travels on. */
import assert from 'node:assert/strict';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { z } from 'zod';
import { inputError } from '../../src/core/errors.js';
import type { FactValue } from '../../src/core/fact.js';
import { port } from '../../src/core/port.js';
import { defineStage, type Task } from '../../src/core/stage.js';
import { temporaryDirectory } from '../temporary.js';
import { cohort, madeStage, pause, run } from './cohort.js';

/** The one stage of a run over one subject, which gives `v` and finds out four facts. */
const stageOf = (process: (task: Task) => unknown) =>
  defineStage({
    name: 'careless',
    version: 1,
    summary: 'made for a test',
    config: z.strictObject({}),
    lane: 'cpu',
    needs: {},
    gives: { v: port<number[]>('numbers', 'made-up values') },
    facts: {
      mean: { type: 'float64', about: 'a number' },
      count: { type: 'int32', about: 'a whole number' },
      name: { type: 'utf8', about: 'a text' },
      sound: { type: 'bool', about: 'yes or no' },
    },
    open: () =>
      Promise.resolve({ process: (_, task) => Promise.resolve(process(task as Task) as { v: number[] }) }),
  })();

async function failureOf(process: (task: Task) => unknown) {
  const seen: unknown[] = [];
  const next = madeStage({
    name: 'next',
    needs: ['v'],
    open: { process: (inputs) => Promise.resolve(void seen.push(inputs)).then(() => ({})) },
  });
  const { failures, done } = await run({ stages: [stageOf(process), next], subjects: cohort(1) });
  assert.equal(seen.length, done, 'what failed goes no further');
  assert.equal(failures.length + done, 1);
  return failures.at(0);
}

describe('a stage that breaks what it declared', () => {
  for (const [about, given, code, what] of [
    [
      'a value of another name',
      { V: [1] },
      'undeclared-value',
      /returned `V`, which it does not declare: it gives `v`/,
    ],
    ['no value', {}, 'missing-value', /returned no `v`/],
    ['a value that is undefined', { v: undefined }, 'missing-value', /returned no `v`/],
    ['one value too many', { v: [1], w: [2] }, 'undeclared-value', /`w`/],
    ['nothing', undefined, 'no-values', /returned undefined in place of its values, `v`/],
  ] as const)
    it(`fails its subject: ${about}`, async () => {
      const failure = await failureOf(() => given);
      assert.deepEqual([failure?.stage, failure?.sid, failure?.code], ['careless', 's0', code]);
      assert.match(failure!.what, what);
    });

  for (const [fact, value, code] of [
    ['mean', 'hello', 'fact-type'],
    ['mean', true, 'fact-type'],
    ['count', 1.5, 'fact-type'],
    ['count', 2 ** 31, 'fact-type'],
    ['name', 3, 'fact-type'],
    ['sound', 'yes', 'fact-type'],
    ['toString', 1, 'undeclared-fact'],
    ['median', 1, 'undeclared-fact'],
  ] as const)
    it(`fails its subject: ${JSON.stringify(value)} as the fact ${fact}, though it catches the error`, async () => {
      const failure = await failureOf((task) => {
        try {
          task.fact(fact, value);
        } catch {
          // careless
        }
        return { v: [1] };
      });
      assert.deepEqual([failure?.stage, failure?.code], ['careless', code]);
      assert.doesNotMatch(failure!.what, /hello|yes/);
    });

  it('passes with what it declared', async () => {
    const facts: [string, FactValue][] = [
      ['mean', 1.5],
      ['mean', NaN],
      ['count', -3],
      ['name', 'hello'],
      ['sound', false],
    ];
    const failure = await failureOf((task) => {
      for (const [fact, value] of facts) task.fact(fact, value);
      return { v: [1] };
    });
    assert.equal(failure, undefined);
  });
});

describe('the list of failed subjects', () => {
  it('ends the run with its report where it cannot be written, when what is in flight has settled', async () => {
    const outDir = temporaryDirectory('ledger');
    const [started, ended]: [string[], string[]] = [[], []];
    let closedAfter = -1;
    const work = madeStage({
      name: 'work',
      open: {
        process: async (_, { subject }) => {
          started.push(subject.sid);
          if (subject.index === 0) {
            await mkdir(join(outDir, 'failures.jsonl')); // EISDIR
            throw inputError('bad', 'It is bad.', 'Mend it.');
          }
          await pause(20);
          ended.push(subject.sid);
          return {};
        },
        close: () => Promise.resolve(void (closedAfter = ended.length)),
      },
    });
    const { failures, stopped, done } = await run({ stages: [work], subjects: cohort(30), jobs: 3, outDir });
    assert.deepEqual(
      failures.map(({ sid, code }) => [sid, code]),
      [['s0', 'bad']],
    );
    assert.equal((stopped as { code?: string }).code, 'ledger');
    assert.ok(started.length < 30, 'no further scan is read');
    assert.equal(ended.length, started.length - 1);
    assert.deepEqual([done, closedAfter], [ended.length, ended.length]);
  });

  it('is refused before any scan is read where a directory stands in its place', async () => {
    const outDir = temporaryDirectory('ledger-first');
    await mkdir(join(outDir, 'failures.jsonl'));
    let read = 0;
    const work = madeStage({
      name: 'work',
      open: { process: () => Promise.resolve((read += 1)).then(() => ({})) },
    });
    await assert.rejects(run({ stages: [work], subjects: cohort(2), outDir }), { code: 'ledger' });
    assert.equal(read, 0);
  });

  it('tells of each failure what the report tells', async () => {
    const outDir = temporaryDirectory('ledger-lines');
    const work = madeStage({
      name: 'work',
      open: { process: () => Promise.reject(inputError('bad', 'It is bad.', 'Mend it.')) },
    });
    await run({ stages: [work], subjects: cohort(2), outDir });
    const lines = (await readFile(join(outDir, 'failures.jsonl'), 'utf8')).trimEnd().split('\n');
    assert.deepEqual(
      lines.map((line) => JSON.parse(line) as unknown),
      ['s0', 's1'].map((sid) => ({
        sid,
        stage: 'work',
        kind: 'input',
        code: 'bad',
        what: 'It is bad.',
        remedy: 'Mend it.',
      })),
    );
  });
});
