import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { workerModule } from '../../src/core/worker-module.js';
import { collectGarbage } from '../../src/core/garbage.js';
import { createWorkerPool } from '../../src/workers/pool.js';
import type { FinishedTask } from '../../src/workers/task-observer.js';

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

  it('runs tasks of earlier scans first, and tells an observer whose they were', async () => {
    const seen: FinishedTask[] = [];
    const other = createWorkerPool(1, { observer: (task) => seen.push(task) });
    const shared = new Int16Array(new SharedArrayBuffer(2));
    const first = other.run(kernel, 'fill', shared, 0); // keeps the thread busy
    const tasks = [3, 1, 2].map((index) =>
      other.for({ sid: `s${index}`, index }).run(kernel, 'fill', shared, 0),
    );
    await Promise.all([first, ...tasks]);
    assert.deepEqual(
      seen.map(({ sid }) => sid),
      [undefined, 's1', 's2', 's3'],
    );
    const [{ module, name, startMs, endMs }] = seen;
    assert.deepEqual([module, name], ['kernel.js', 'fill']);
    assert.ok(startMs <= endMs && Math.abs(endMs - Date.now()) < 60_000, 'times are on the common clock');
    assert.ok(seen.every(({ startMs }, i) => i === 0 || startMs >= seen[i - 1].endMs));
    await other.close();
  });

  it('tells a scan how many threads others leave', async () => {
    const shared = new Int16Array(new SharedArrayBuffer(2));
    const [early, late] = [0, 1].map((index) => pool.for({ sid: `s${index}`, index }));
    assert.equal(late.threads, 2);
    const busy = early.run(kernel, 'fill', shared, 0);
    assert.equal(late.threads, 1);
    assert.equal(early.threads, 2);
    await busy;
    assert.equal(late.threads, 2);
  });

  it('lets go of shared memory that nobody refers to', async () => {
    const before = process.memoryUsage.rss();
    for (let i = 0; i < 8; i++) {
      await pool.run(kernel, 'fill', new Int16Array(new SharedArrayBuffer(2 ** 27)), 1);
      await new Promise(setImmediate);
      collectGarbage();
      await pool.collect();
    }
    const grown = process.memoryUsage.rss() - before;
    assert.ok(grown < 2 ** 28, `${grown} bytes of the 2 ** 30 are still held`);
  });

  it('has a collection done though a thread ends before it answers, and none once it is closed', async () => {
    const other = createWorkerPool(2);
    await other.run(kernel, 'fill', new Int16Array(new SharedArrayBuffer(2)), 0);
    const dying = assert.rejects(other.run(kernel, 'die', 300));
    await new Promise((resolve) => setTimeout(resolve, 100));
    const collected = other.collect();
    await dying;
    await collected;
    await other.close();
    await other.collect();
  });

  it('terminates a kernel that never yields when the run is aborted', async () => {
    const stop = new AbortController();
    const other = createWorkerPool(1, { signal: stop.signal });
    const endless = other.run(kernel, 'spin');
    setTimeout(() => stop.abort(), 50);
    await assert.rejects(endless, { name: 'AbortError' });
    await other.close();
  });
});
