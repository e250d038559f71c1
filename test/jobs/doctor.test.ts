/** The doctor as a library calls it; what it finds of each engine is proved beside the trials. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ENGINE_NAMES } from '../../src/engine/engines.js';
import { doctor, type DoctorEvent } from '../../src/jobs/doctor.js';

process.env['VK_DRIVER_FILES'] = '/no/driver.json'; // no GPU, whatever the machine has

describe('the job of the doctor', () => {
  it('tells of each engine as it is tried, then all of it', async () => {
    const events: DoctorEvent[] = [];
    for await (const event of doctor({ jobs: 1 })) events.push(event);
    const tried = events.flatMap((event) => (event.type === 'trying' ? [event.engine] : []));
    assert.deepEqual(tried, [...ENGINE_NAMES, 'auto']);
    const examined = events.flatMap((event) => (event.type === 'examined' ? [event.examination] : []));
    const last = events.at(-1)!;
    assert.equal(last.type, 'report');
    assert.deepEqual(last.report.engines, examined);
    assert.deepEqual(
      examined.map(({ engine }) => engine),
      ENGINE_NAMES,
    );
  });

  it('takes no time limit of nothing', async () => {
    await assert.rejects(Promise.resolve(doctor({ timeout: 0 })), { kind: 'usage', code: 'doctor-timeout' });
  });

  it('cuts the trial off when it is stopped', async () => {
    const stop = new AbortController();
    const job = doctor({ signal: stop.signal });
    for await (const { type } of job) {
      if (type !== 'trying') continue;
      stop.abort();
      break;
    }
    await assert.rejects(Promise.resolve(job), { kind: 'interrupted', code: 'doctor-stopped' });
  });
});
