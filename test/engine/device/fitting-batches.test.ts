import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { modelError } from '../../../src/core/errors.js';
import { ACCELERATOR_PLACES } from '../../../src/core/stage.js';
import { PrioritySemaphore } from '../../../src/core/priority-semaphore.js';
import { SharedExclusiveLock } from '../../../src/engine/device/shared-exclusive-lock.js';
import { FittingBatches } from '../../../src/engine/device/fitting-batches.js';
import { deviceMemoryError } from '../../../src/engine/device/memory-error.js';
import { GRAPHS } from '../../../src/engine/device/unit.js';
import { pause } from '../../runtime/cohort.js';

/** Its items are numbers; it has room for so many, in two batches at once, and counts how often each was run. */
function deviceWith(room: number, limit: number, filledUp = false) {
  const ran = new Map<number, number>();
  const notices: string[] = [];
  const sizes: number[] = [];
  let taken = 0;
  const places = new PrioritySemaphore(ACCELERATOR_PLACES);
  const batch = async (items: readonly number[], size: number) => {
    const fits = taken + size <= room;
    if (fits) taken += size;
    await pause(0);
    if (!fits) throw deviceMemoryError(undefined);
    taken -= size;
    sizes.push(size);
    for (const item of items) ran.set(item, (ran.get(item) ?? 0) + 1);
  };
  const run = (items: readonly number[], allowed: number) =>
    places.run(0, () => batch(items, filledUp ? allowed : items.length));
  const unit = GRAPHS as never;
  const say = (message: string) => notices.push(message);
  const batches = new FittingBatches<number>({
    unit,
    run,
    lock: new SharedExclusiveLock(),
    say,
    largestBatch: limit,
    filledUp,
  });
  return { batches, ran, notices, sizes };
}

const numbers = (count: number, from = 0) => Array.from({ length: count }, (_, i) => from + i);

describe('batches that fit the device', () => {
  it('are cut to its limit', async () => {
    const { batches, notices, sizes } = deviceWith(100, 32);
    await batches.run(numbers(70));
    await batches.run([]);
    assert.deepEqual(sizes, [32, 32, 6]);
    assert.deepEqual(notices, []);
  });

  it('are halved where memory is too little, and so are later ones: said once', async () => {
    const { batches, ran, notices, sizes } = deviceWith(40, 256);
    await batches.run(numbers(256));
    await batches.run(numbers(256, 256));
    assert.equal(batches.limit, 32);
    assert.deepEqual(notices, ['The device had too little memory for 256 graphs at once: 32 from here on.']);
    assert.deepEqual(sizes, Array<number>(16).fill(32));
    assert.deepEqual([...ran.values()], Array<number>(512).fill(1));
  });

  it('are halved by their places where they are filled up', async () => {
    const { batches, ran, notices, sizes } = deviceWith(5, 16, true);
    await batches.run(numbers(1));
    assert.equal(batches.limit, 4);
    assert.deepEqual(notices, ['The device had too little memory for 16 graphs at once: 4 from here on.']);
    await batches.run(numbers(6, 1));
    assert.deepEqual(sizes, [4, 4, 4]);
    assert.equal(ran.size, 7);
  });

  it('do not blame each other: of two that fit alone, each is done and the limit halved once', async () => {
    const { batches, ran, notices } = deviceWith(100, 64);
    await Promise.all([0, 1, 2, 3].map((i) => batches.run(numbers(64, 64 * i))));
    assert.equal(batches.limit, 32);
    assert.deepEqual(notices, [
      'The device had too little memory for several batches of 64 graphs: 32 from here on.',
    ]);
    assert.deepEqual([...ran.values()], Array<number>(256).fill(1));
  });

  it('of one that does not fit are an error that says what to do', async () => {
    const { batches } = deviceWith(0, 8);
    await assert.rejects(batches.run(numbers(3)), {
      kind: 'resource',
      code: 'device-memory',
      what: 'The device has too little memory for even one of the graphs.',
      remedy: /choose the engine wasm/,
    });
    await assert.rejects(batches.run([1]), { code: 'device-memory' });
    await batches.run([]);
    assert.equal(batches.limit, 8, 'nothing was learnt that would help');
  });

  it('pass on what else goes wrong', async () => {
    const run = () => Promise.reject(modelError('wrong', 'It is wrong.', 'Mend it.'));
    const unit = GRAPHS as never;
    const batches = new FittingBatches<number>({
      unit,
      run,
      lock: new SharedExclusiveLock(),
      say: undefined,
      largestBatch: 8,
    });
    await assert.rejects(batches.run([1, 2]), { code: 'wrong' });
    assert.equal(batches.limit, 8);
  });

  it('all come to their end, each item run once, however many are under way', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 50 }),
        fc.integer({ min: 1, max: 64 }),
        fc.array(fc.integer({ min: 0, max: 90 }), { maxLength: 6 }),
        async (room, limit, counts) => {
          const { batches, ran, notices } = deviceWith(room, limit);
          let from = 0;
          const works = counts.map((count) => batches.run(numbers(count, (from += count) - count)));
          await Promise.all(works);
          assert.equal(ran.size, from);
          assert.ok([...ran.values()].every((times) => times === 1));
          assert.equal(notices.length > 0, batches.limit < limit);
          assert.ok(batches.limit >= Math.min(limit, Math.floor(room / 4)), `${batches.limit}`);
        },
      ),
      { numRuns: 60 },
    );
  });
});
