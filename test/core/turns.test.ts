import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { Turns } from '../../src/core/turns.js';

describe('turns', () => {
  it('go to the earliest that waits, equal ones as they came, never to more than there are places', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat(5), { maxLength: 20 }),
        fc.integer({ min: 1, max: 4 }),
        async (orders, places) => {
          const turns = new Turns(places);
          const began: number[] = [];
          const held = new Set<number>();
          await Promise.all(
            orders.map((order, i) =>
              turns.take(order, async (place) => {
                assert.ok(place >= 0 && place < places && !held.has(place));
                held.add(place);
                began.push(i);
                await Promise.resolve();
                held.delete(place);
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

  it('pass on when work fails', async () => {
    const turns = new Turns(1);
    const failing = turns.take(0, () => Promise.reject(new Error('no')));
    const next = turns.take(0, () => Promise.resolve('yes'));
    await assert.rejects(failing, /no/);
    assert.equal(await next, 'yes');
  });
});
