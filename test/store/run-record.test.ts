import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { reportAsJson } from '../../src/jobs/report-as-json.js';
import { readRunRecord, writeRunRecord } from '../../src/store/run-record.js';
import { cohort, madeStage, run } from '../runtime/cohort.js';
import { temporaryDirectory } from '../temporary.js';

describe('the record of a run', () => {
  it('says what the report said', async () => {
    const outDir = temporaryDirectory('run-record');
    await assert.rejects(readRunRecord(outDir), { code: 'file-missing' });
    const stage = madeStage({
      name: 'odd',
      open: {
        process: (_, task) => {
          if (task.subject.index === 1) throw new Error('this one cannot be done');
          task.flag('odd');
          return Promise.resolve({});
        },
      },
    });
    const report = await run({ stages: [stage], subjects: cohort(3), outDir });
    await writeRunRecord(outDir, {
      ...reportAsJson(report),
      notices: ['Weights are untrained.'],
      attempts: [],
    });
    const { done, failures, flagged, notices, statistics, lanes, stopped } = await readRunRecord(outDir);
    assert.deepEqual([done, notices, stopped], [2, ['Weights are untrained.'], undefined]);
    assert.deepEqual(
      failures.map(({ sid, code }) => [sid, code]),
      [['s1', 'internal']],
    );
    assert.deepEqual(flagged, [
      { sid: 's0', flags: ['odd'] },
      { sid: 's2', flags: ['odd'] },
    ]);
    assert.equal(statistics[0].items, 2);
    assert.ok(lanes.some(({ lane }) => lane === 'cpu'));
    await writeFile(join(outDir, 'run.json'), '{"done":2}');
    await assert.rejects(readRunRecord(outDir), { code: 'run-record-damaged' });
  });
});
