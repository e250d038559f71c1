import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { PrioritySemaphore } from '../../src/core/priority-semaphore.js';

describe('a priority semaphore', () => {
  it('lets the earliest that waits begin, equal ones as they came, never more than it has permits', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat(5), { maxLength: 20 }),
        fc.integer({ min: 1, max: 4 }),
        async (orders, permits) => {
          const semaphore = new PrioritySemaphore(permits);
          const began: number[] = [];
          const held = new Set<number>();
          await Promise.all(
            orders.map((order, i) =>
              semaphore.run(order, async (permit) => {
                assert.ok(permit >= 0 && permit < permits && !held.has(permit));
                held.add(permit);
                began.push(i);
                await Promise.resolve();
                held.delete(permit);
              }),
            ),
          );
          const asked = orders.map((_, i) => i);
          assert.deepEqual(
            began,
            asked.toSorted((a, b) => orders[a] - orders[b] || a - b),
          );
        },
      ),
    );
  });

  it('gives the permit on when work fails', async () => {
    const semaphore = new PrioritySemaphore(1);
    const failing = semaphore.run(0, () => Promise.reject(new Error('no')));
    const next = semaphore.run(0, () => Promise.resolve('yes'));
    await assert.rejects(failing, /no/);
    assert.equal(await next, 'yes');
  });
});
