import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { workerModule } from '../../src/core/worker-module.js';
import { createWorkerPool } from '../../src/workers/pool.js';

const kernel = workerModule<typeof import('./kernel.js')>(new URL('./kernel.js', import.meta.url));

describe('worker pool', () => {
  const pool = createWorkerPool(2);
  after(() => pool.close());

  it('writes into shared memory without copying it', async () => {
    const shared = new Int16Array(new SharedArrayBuffer(8));
    const last = await pool.run(kernel, 'fill', shared, 7);
    assert.equal(last, 7);
    assert.deepEqual([...shared], [7, 7, 7, 7]);
  });

  it('brings typed errors back whole', async () => {
    await assert.rejects(pool.run(kernel, 'refuse'), {
      name: 'LungflowError',
      code: 'refused',
      kind: 'input',
    });
  });

  it('terminates a kernel that never yields when the run is aborted', async () => {
    const stop = new AbortController();
    const other = createWorkerPool(1, stop.signal);
    const endless = other.run(kernel, 'spin');
    setTimeout(() => stop.abort(), 50);
    await assert.rejects(endless, { name: 'AbortError' });
    await other.close();
  });
});
