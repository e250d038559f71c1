/** A run as a program calls it: events to iterate over, a report to await, no command line. */
import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { tableFromIPC } from 'apache-arrow';
import { LungflowError, pipeline, readManifest, run, type RunOptions } from '../../src/index.js';
import type { Manifest } from '../../src/config/cohort/manifest.js';
import { inputError } from '../../src/core/errors.js';
import type { Pipeline } from '../../src/core/pipeline.js';
import { load, patch, register, resample, segment, write } from '../../stages/index.js';
import { phantomCohort } from '../e2e/command.js';
import { cohort, madeStage, pause } from '../runtime/cohort.js';
import { temporaryDirectory } from '../temporary.js';

const subjects = (count: number): Manifest => ({
  subjects: cohort(count),
  unavailable: new Map(),
  notices: ['a word about the manifest'],
});

/** One stage, which fails the second subject. */
function plan(closed: string[] = []): Pipeline<object> {
  return pipeline(
    madeStage({
      name: 'work',
      open: {
        process: async (_, { subject }) => {
          await pause(5);
          if (subject.index === 1) throw inputError('bad', 'It is bad.', 'Mend it.');
          return {};
        },
        close: (ending) => Promise.resolve(void closed.push(ending)),
      },
    }),
  );
}

const options = (more: RunOptions = {}): RunOptions => ({
  cohort: subjects(4),
  out: temporaryDirectory('job'),
  jobs: 1,
  ...more,
});

describe('run', () => {
  it('tells its events, and ends with the report that waiting for it gives', async () => {
    const job = run(plan(), options());
    const told: string[] = [];
    let last: unknown;
    for await (const event of job) {
      told.push('sid' in event ? `${event.type} ${event.sid}` : event.type);
      if (event.type === 'report') last = event.report;
    }
    assert.deepEqual(told.slice(0, 2), ['notice', 'start']);
    assert.deepEqual(told.slice(-2), ['end', 'report']);
    for (const { sid } of cohort(4)) assert.ok(told.includes(`scan-end ${sid}`), sid);
    const report = await job;
    assert.equal(last, report);
    assert.equal(report.done, 3);
    assert.deepEqual(
      report.failures.map(({ sid, code }) => [sid, code]),
      [['s1', 'bad']],
    );
    assert.equal(job.statistics()[0].items, 3);
  });

  it('runs without anybody who listens, and leaves its record', async () => {
    const given = options();
    const { done } = await run(plan(), given);
    assert.equal(done, 3);
    const record = JSON.parse(await readFile(join(given.out!, 'run.json'), 'utf8')) as { notices: string[] };
    assert.deepEqual(record.notices, ['a word about the manifest']);
  });

  it('stops cleanly when the loop is left, and when the signal is aborted', async () => {
    const closed: string[] = [];
    const job = run(plan(closed), options({ cohort: subjects(200) }));
    for await (const event of job) if (event.type === 'scan-end') break;
    const { stopped, done } = await job;
    assert.equal(stopped, 'interrupted');
    assert.ok(done < 50, `${done} subjects`);

    const abort = new AbortController();
    const other = run(plan(closed), options({ cohort: subjects(200), signal: abort.signal }));
    for await (const event of other) if (event.type === 'scan-end') abort.abort();
    assert.equal((await other).stopped, 'interrupted');
    assert.deepEqual(closed, ['interrupted', 'interrupted']);
  });

  for (const [about, more, code] of [
    ['no directory of results', { out: undefined }, 'no-out'],
    ['no cohort', { cohort: undefined }, 'no-input'],
    ['half a job', { jobs: 1.5 }, 'bad-jobs'],
    ['too little memory', { memoryBytes: 1000 }, 'bad-memory'],
    ['a subject that there is not', { only: ['s9'] }, 'unknown-subject'],
    ['a manifest that is not there', { cohort: 'nowhere.csv' }, undefined],
  ] as const)
    it(`is refused, to those who wait and to those who iterate: ${about}`, async () => {
      const refused = (error: unknown) =>
        error instanceof LungflowError && (code === undefined || error.code === code);
      await assert.rejects(async () => run(plan(), options(more)), refused);
      await assert.rejects(async () => {
        for await (const event of run(plan(), options(more))) assert.notEqual(event.type, 'scan-start');
      }, refused);
    });

  it('takes scans through composed stages, and records no folder of the machine', async () => {
    const directory = await phantomCohort();
    const atlas = join(directory, 'atlas');
    const out = temporaryDirectory('composed');
    const composed = pipeline(load({ atlas }))
      .pipe(segment())
      .pipe(register({ atlas, save: [] }))
      .pipe(resample())
      .pipe(patch())
      .pipe(write({ columns: ['corners'], timings: false }));
    const manifest = await readManifest(join(directory, 'manifest.csv'));
    const { done, failures } = await run(composed, { cohort: manifest, limit: 1, out });
    assert.deepEqual([done, failures], [1, []]);
    const [part] = (await readdir(out, { recursive: true })).filter((name) => name.endsWith('.arrow'));
    const { numRows, schema } = tableFromIPC(await readFile(join(out, part)));
    assert.equal(numRows, 1);
    const recorded = [...schema.metadata.values()].join('\n');
    assert.match(schema.metadata.get('lungflow.pipeline_text')!, /^ +atlas: atlas$/m);
    assert.ok(!recorded.includes(directory) && !recorded.includes(out), recorded);
  });
});
