import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { MemoryBudget } from '../../src/runtime/budget.js';
import { pause } from './cohort.js';

/** Whether a promise has resolved by now. */
async function isDone(promise: Promise<unknown>): Promise<boolean> {
  let done = false;
  void promise.then(() => (done = true));
  await pause(0);
  return done;
}

describe('the memory budget', () => {
  it('admits a scan by what it holds now, while the earlier ones can still be finished', async () => {
    const budget = new MemoryBudget(100, 9);
    const first = await budget.admit(20, 60);
    const second = budget.admit(30, 60);
    assert.ok(await isDone(second));
    const third = budget.admit(20, 20); // 20 + 30 + 20 would fit, but the first needs 60 beside 30 and 20
    assert.ok(!(await isDone(third)));
    budget.settle(first, 10, 40);
    assert.ok(await isDone(third));
  });

  it('lets the earliest grow at once, a later one only when the earliest keeps its way', async () => {
    const budget = new MemoryBudget(100, 9);
    const first = await budget.admit(20, 60);
    const second = await budget.admit(20, 50);
    const later = budget.grow(second, 50);
    assert.ok(!(await isDone(later)), '60 of the first and 50');
    assert.ok(await isDone(budget.grow(first, 60)));
    budget.settle(first, 30, 50);
    assert.ok(await isDone(later));
    assert.equal(budget.reservedBytes, 80);
  });

  it('runs a scan that is larger than the budget, or of unknown size, alone', async () => {
    for (const need of [500, NaN]) {
      const budget = new MemoryBudget(100, 9);
      const large = await budget.admit(need, need);
      assert.ok(await isDone(budget.grow(large, need)));
      const next = budget.admit(10, 10);
      assert.ok(!(await isDone(next)));
      budget.release(large);
      assert.ok(await isDone(next));
      assert.equal(budget.reservedBytes, 10);
    }
  });

  it('keeps nobody waiting once it is lifted', async () => {
    const budget = new MemoryBudget(100, 9);
    const first = await budget.admit(90, 90);
    budget.addGarbage(50);
    const waiting = [budget.admit(90, 90), budget.grow(first, 95)];
    assert.ok(!(await isDone(waiting[1])));
    budget.lift();
    await Promise.all(waiting);
  });

  it('never holds more than its limit, and brings every cohort to its end', async () => {
    const sizes = fc.array(fc.nat(100), { minLength: 1, maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(
        fc.array(sizes, { maxLength: 12 }),
        fc.integer({ min: 1, max: 5 }),
        async (cohort, scans) => {
          let most = 0;
          const budget = new MemoryBudget(100, scans, (bytes) => (most = Math.max(most, bytes)));
          const runs: Promise<void>[] = [];
          for (const stages of cohort) {
            const needFrom = (i: number) => Math.max(0, ...stages.slice(i));
            const account = await budget.admit(stages[0], needFrom(0));
            const run = async () => {
              for (const [i, held] of stages.entries()) {
                await budget.grow(account, held);
                await pause(0);
                const kept = Math.floor(held / 2);
                budget.settle(account, kept, Math.max(kept, needFrom(i + 1)));
              }
              budget.release(account);
            };
            runs.push(run());
          }
          await Promise.all(runs);
          assert.ok(most <= 100, `${most} of 100`);
          assert.equal(budget.reservedBytes, 0);
        },
      ),
      { numRuns: 50 },
    );
  });
});
