import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { inputError, resourceError } from '../../src/core/errors.js';
import type { RunEvent } from '../../src/runtime/events.js';
import { temporaryDirectory } from '../temporary.js';
import { cohort, madeStage, pause, run } from './cohort.js';

const source = (
  process: (sid: string) => Promise<object> = () => Promise.resolve({ scan: [1] }),
  bytes = 0,
) =>
  madeStage({
    name: 'read',
    gives: ['scan'],
    bytes,
    lane: 'io',
    open: { process: (_, { subject }) => process(subject.sid) },
  });

const sink = (process: (sid: string) => Promise<unknown>) =>
  madeStage({
    name: 'keep',
    needs: ['scan'],
    ordered: true,
    lane: 'io',
    open: { process: (_, { subject }) => process(subject.sid).then(() => ({})) },
  });

describe('run', () => {
  it('hands scans to the sink in the order of the manifest, whatever each takes and whichever fails', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ ms: fc.nat(4), fails: fc.boolean() }), { maxLength: 12 }),
        fc.integer({ min: 1, max: 4 }),
        async (fates, jobs) => {
          const kept: string[] = [];
          const work = madeStage({
            name: 'work',
            needs: ['scan'],
            open: {
              process: async (_, { subject }) => {
                await pause(fates[subject.index].ms);
                if (fates[subject.index].fails) throw inputError('bad', 'It is bad.', 'Mend it.');
                return {};
              },
            },
          });
          const keep = sink((sid) => Promise.resolve(kept.push(sid)));
          const subjects = cohort(fates.length);
          const report = await run({ stages: [source(), work, keep], subjects, jobs });
          const good = subjects.filter(({ index }) => !fates[index].fails).map(({ sid }) => sid);
          assert.deepEqual(kept, good);
          assert.equal(report.done, good.length);
          assert.deepEqual(
            report.failures.map(({ sid, stage, code }) => [sid, stage, code]),
            subjects.filter(({ index }) => fates[index].fails).map(({ sid }) => [sid, 'work', 'bad']),
          );
        },
      ),
      { numRuns: 25 },
    );
  });

  it('reads no further scan while the sink is slow', async () => {
    let read = 0;
    let kept = 0;
    let furthestAhead = 0;
    const counting = source(() => {
      read += 1;
      furthestAhead = Math.max(furthestAhead, read - kept);
      return Promise.resolve({ scan: [1] });
    });
    const slow = sink(async () => {
      await pause(15);
      kept += 1;
    });
    const report = await run({ stages: [counting, slow], subjects: cohort(20), jobs: 2 });
    assert.equal(report.done, 20);
    assert.ok(furthestAhead <= 3, `the source was ${furthestAhead} scans ahead of the sink`);
    const [reading, keeping] = report.statistics;
    assert.ok(reading.heldBackSeconds > 5 * reading.workingSeconds, 'the source was held back');
    assert.ok(keeping.workingSeconds > 0.75 * report.seconds, 'the sink was the bottleneck');
  });

  it('reads nothing before the sink wants it: Highland pulls, even with memory to spare', async () => {
    let read = 0;
    const stuck = sink(() => new Promise(() => undefined)); // takes one scan and never finishes
    void run({
      stages: [source(() => Promise.resolve({ scan: [(read += 1)] })), stuck],
      subjects: cohort(50),
      jobs: 40,
    });
    await pause(60);
    assert.ok(read <= 41, `${read} scans were read`);
  });

  it('admits scans by bytes: two of 60 MB do not run together in 100 MB', async () => {
    let inFlight = 0;
    let most = 0;
    const big = source(async () => {
      most = Math.max(most, (inFlight += 1));
      await pause(5);
      return { scan: [1] };
    }, 60e6);
    const keep = sink(() => Promise.resolve((inFlight -= 1)));
    await run({ stages: [big, keep], subjects: cohort(6), jobs: 4, memoryBytes: 100e6 });
    assert.equal(most, 1);
    most = inFlight = 0;
    await run({ stages: [big, keep], subjects: cohort(6), jobs: 4, memoryBytes: 1e9 });
    assert.ok(most > 1, 'with memory to spare they do');
  });

  it('runs a scan larger than the budget alone, and says so', async () => {
    const notices: string[] = [];
    const report = await run({
      stages: [source(undefined, 60e6), sink(() => pause(1))],
      subjects: cohort(2),
      memoryBytes: 1e6,
      listener: (event) => event.type === 'notice' && notices.push(event.message),
    });
    assert.equal(report.done, 2);
    assert.match(notices[0], /^s0 needs about 57 MB, more than the 977 kB that `memory` leaves/);
  });

  it('lets work for an earlier scan go first', async () => {
    const order: string[] = [];
    const work = (name: string, needs: string, gives: string) =>
      madeStage({
        name,
        needs: [needs],
        gives: [gives],
        open: {
          process: async (_, { subject }) => {
            order.push(`${name} ${subject.sid}`);
            await pause(2);
            return { [gives]: [1] };
          },
        },
      });
    const keep = sink(() => Promise.resolve());
    const stages = [source(), work('a', 'scan', 'half'), work('b', 'half', 'whole'), keep];
    await run({ stages, subjects: cohort(3), jobs: 2 });
    assert.ok(order.indexOf('b s0') < order.indexOf('a s2'), order.join(', '));
  });

  it('closes its stages when it cannot start', async () => {
    const endings: string[] = [];
    const keep = madeStage({
      name: 'keep',
      needs: ['scan'],
      ordered: true,
      open: {
        process: () => Promise.resolve({}),
        done: () => Promise.reject(new Error('unreadable')),
        close: (ending) => Promise.resolve(void endings.push(ending)),
      },
    });
    await assert.rejects(run({ stages: [source(), keep], subjects: cohort(2) }), /unreadable/);
    assert.deepEqual(endings, ['interrupted']);
  });

  it('frees a value when no later stage needs it', async () => {
    const held: number[] = [];
    const drop = madeStage({
      name: 'drop',
      needs: ['scan'],
      gives: ['less'],
      open: { process: () => Promise.resolve({ less: new Uint8Array(10) }) },
    });
    const keep = madeStage({
      name: 'keep',
      needs: ['less'],
      ordered: true,
      open: { process: () => Promise.resolve({}) },
    });
    const report = await run({
      stages: [source(() => Promise.resolve({ scan: new Uint8Array(1000) })), drop, keep],
      subjects: cohort(1),
    });
    for (const { peakBytesHeld } of report.statistics) held.push(peakBytesHeld);
    assert.deepEqual(held, [1000, 1010, 10]);
  });

  it('stops within a moment when aborted, and does not call unfinished scans failed', async () => {
    const stop = new AbortController();
    let closed = '';
    const keep = madeStage({
      name: 'keep',
      needs: ['scan'],
      ordered: true,
      open: {
        process: (_, { signal }) =>
          new Promise((_resolve, reject) =>
            signal.addEventListener('abort', () => reject(new Error('cut off'))),
          ),
        close: (ending) => {
          closed = ending;
          return Promise.resolve();
        },
      },
    });
    setTimeout(() => stop.abort(), 20);
    const report = await run({ stages: [source(), keep], subjects: cohort(1000), signal: stop.signal });
    assert.equal(report.stopped, 'interrupted');
    assert.equal(closed, 'interrupted');
    assert.deepEqual(report.failures, []);
  });

  it('stops the whole run when the disk is full', async () => {
    const full = sink((sid) =>
      sid === 's2'
        ? Promise.reject(resourceError('disk-full', 'The disk is full.', 'Free space.'))
        : Promise.resolve(),
    );
    const report = await run({ stages: [source(), full], subjects: cohort(100) });
    assert.equal(report.done, 2);
    assert.equal(report.failures.length, 1);
    assert.notEqual(report.stopped, undefined);
  });

  it('keeps a ledger of failures and reports unavailable subjects in their place', async () => {
    const outDir = temporaryDirectory('ledger');
    const missing = inputError('file-missing', 'The image is not there.', 'Check the path.');
    const events: RunEvent[] = [];
    const report = await run({
      stages: [source(), sink(() => pause(1))],
      subjects: cohort(3),
      unavailable: new Map([['s1', missing]]),
      outDir,
      listener: (event) => events.push(event),
    });
    assert.equal(report.done, 2);
    const ledger = (await readFile(join(outDir, 'failures.jsonl'), 'utf8')).trim().split('\n');
    assert.deepEqual(
      ledger.map((line) => JSON.parse(line) as unknown),
      [
        {
          sid: 's1',
          stage: 'read',
          kind: 'input',
          code: 'file-missing',
          what: 'The image is not there.',
          remedy: 'Check the path.',
        },
      ],
    );
    assert.deepEqual(
      events.filter((event) => event.type === 'scan-end').map(({ sid }) => sid),
      ['s0', 's1', 's2'],
    );
  });

  it('skips the subjects that an earlier run finished', async () => {
    const read: string[] = [];
    const keep = madeStage({
      name: 'keep',
      needs: ['scan'],
      ordered: true,
      open: { process: () => Promise.resolve({}), done: () => Promise.resolve(new Set(['s0', 's2'])) },
    });
    const stages = [source((sid) => Promise.resolve({ scan: [read.push(sid)] })), keep];
    const report = await run({ stages, subjects: cohort(4) });
    assert.deepEqual(read, ['s1', 's3']);
    assert.equal(report.resumed, 2);
    assert.equal(report.done, 4);
  });
});
