import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { MemoryBudget } from '../../src/runtime/budget.js';
import { FreedMemory } from '../../src/runtime/freed-memory.js';
import { noWorkers, pause } from './cohort.js';

const MB = 2 ** 20;

function freeing() {
  const reserved: number[] = [];
  const budget = new MemoryBudget(500 * MB, 3, (bytes) => reserved.push(bytes / MB));
  const collections: (() => void)[] = [];
  const collect = () => new Promise<void>((resolve) => collections.push(resolve));
  return { reserved, budget, collections, freed: new FreedMemory({ ...noWorkers, collect }, budget) };
}

describe('freed memory', () => {
  it('counts as reserved until every thread has collected it', async () => {
    const { reserved, collections, freed } = freeing();
    freed.add(300 * MB);
    await pause(5);
    assert.deepEqual(reserved, [300]);
    collections[0]();
    await pause(0);
    assert.deepEqual(reserved, [300, 0]);
  });

  it('waits until a collection is worth it', async () => {
    const { collections, freed } = freeing();
    freed.add(60 * MB);
    freed.add(60 * MB);
    await pause(5);
    assert.equal(collections.length, 0);
    freed.add(60 * MB);
    await pause(5);
    assert.equal(collections.length, 1);
  });

  it('is collected as soon as a scan begins to wait', async () => {
    const { budget, collections, freed } = freeing();
    freed.add(50 * MB);
    const admitted = budget.admit(480 * MB, 480 * MB);
    await pause(5);
    collections[0]();
    assert.equal((await admitted).held, 480 * MB);
  });

  it('is collected at once when a scan waits for it, which then starts', async () => {
    const { budget, collections, freed } = freeing();
    const first = await budget.admit(300 * MB, 300 * MB);
    let admitted = false;
    void budget.admit(400 * MB, 400 * MB).then(() => (admitted = true));
    freed.add(50 * MB);
    budget.settle(first, 100 * MB - 1, 100 * MB - 1);
    await pause(5);
    assert.equal(admitted, false);
    collections[0]();
    await pause(0);
    assert.equal(admitted, true);
  });
});
