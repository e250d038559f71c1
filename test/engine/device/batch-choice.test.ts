import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { resourceError } from '../../../src/core/errors.js';
import { chooseBatch, nextBatch, type TimedBatch } from '../../../src/engine/device/batch-choice.js';
import { deviceMemoryError } from '../../../src/engine/device/memory-error.js';
import { batchByRamp } from '../../../src/engine/device/ramp.js';

/** As batches take on a device that does so many patches a second, besides a fixed time for each batch. */
const device = (patchesASecond: number, secondsABatch: number) => {
  const tried: number[] = [];
  return {
    tried,
    secondsOf: (batch: number) => {
      tried.push(batch);
      return Promise.resolve(secondsABatch + batch / patchesASecond);
    },
  };
};

const upTo = (largestBatch: number) => ({ largestBatch });

describe('choice of the batch', () => {
  const timed = (throughputs: readonly number[]): TimedBatch[] =>
    throughputs.map((patches, i) => ({ batch: 2 ** i, seconds: 2 ** i / patches }));

  it('takes the smallest that is within a few per cent of the best throughput', () => {
    assert.equal(chooseBatch(timed([100])), 1);
    assert.equal(chooseBatch(timed([100, 190, 300, 310, 305])), 8);
    assert.equal(chooseBatch(timed([100, 190, 301, 308, 300])), 4);
    assert.equal(chooseBatch(timed([500, 400, 300])), 1);
  });

  it('goes on by doubling, to the largest itself', () => {
    assert.equal(nextBatch([], upTo(40), 0), 1);
    assert.equal(nextBatch(timed([100, 200, 400, 800, 1600]), upTo(40), 0.1), 32);
    assert.equal(nextBatch(timed([100, 200, 400, 800, 1600, 3200]), upTo(40), 0.1), 40);
    assert.equal(
      nextBatch([...timed([100, 200, 400, 800, 1600, 3200]), { batch: 40, seconds: 0.01 }], upTo(40), 0.1),
      undefined,
    );
    assert.equal(nextBatch(timed([100]), upTo(1), 0.1), undefined);
  });

  it('ends where two doublings gained nothing, or time runs out', () => {
    assert.equal(nextBatch(timed([100, 200, 201]), upTo(256), 0.1), 8);
    assert.equal(nextBatch(timed([100, 200, 201, 202]), upTo(256), 0.1), undefined);
    assert.equal(nextBatch(timed([100, 200, 400]), upTo(256), 1.45), 8); // twice 8 / 400 s
    assert.equal(nextBatch(timed([100, 200, 400]), upTo(256), 1.47), undefined);
  });
});

describe('ramp', () => {
  it('finds the batch that hides what each costs', async () => {
    assert.equal(await batchByRamp(device(4000, 0.002).secondsOf, upTo(1024)), 256);
    assert.equal(await batchByRamp(device(4000, 0.02).secondsOf, upTo(512)), 512);
    assert.equal(await batchByRamp(device(400, 0).secondsOf, upTo(512)), 1);
  });

  it('runs one patch before it measures', async () => {
    let calls = 0;
    const secondsOf = (batch: number) => Promise.resolve(calls++ === 0 ? 60 : 0.002 + batch / 4000);
    assert.equal(await batchByRamp(secondsOf, upTo(1024)), 256);
  });

  it('tries no more than one patch on a device that takes seconds for it', async () => {
    const { tried, secondsOf } = device(0.5, 0);
    assert.equal(await batchByRamp(secondsOf, upTo(256)), 1);
    assert.deepEqual(tried, [1, 1]);
  });

  it('takes a second or two at most, whatever the device', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.double({ min: 4, max: 1e5, noNaN: true }),
        fc.double({ min: 0, max: 0.1, noNaN: true }),
        fc.integer({ min: 2, max: 2048 }),
        async (patchesASecond, secondsABatch, largest) => {
          const { tried, secondsOf } = device(patchesASecond, secondsABatch);
          const batch = await batchByRamp(secondsOf, upTo(largest));
          assert.ok(batch >= 1 && batch <= largest && tried.includes(batch));
          const seconds = tried.reduce((sum, n) => sum + secondsABatch + n / patchesASecond, 0);
          assert.ok(seconds < 2, `${seconds} s`);
        },
      ),
    );
  });

  it('stays below what the device has no memory for', async () => {
    const { tried, secondsOf } = device(4000, 0.02);
    const within = (batch: number) =>
      batch > 40 ? Promise.reject(deviceMemoryError(undefined)) : secondsOf(batch);
    assert.equal(await batchByRamp(within, upTo(1024)), 32);
    assert.equal(tried.at(-1), 32);
  });

  it('tries nothing where every batch is filled up', async () => {
    const { tried, secondsOf } = device(1000, 0.02);
    assert.equal(await batchByRamp(secondsOf, { largestBatch: 16, filledUp: true }), 16);
    assert.deepEqual(tried, []);
  });

  it('passes on that not even one fits, and any other failure', async () => {
    const none = () => Promise.reject(deviceMemoryError(undefined));
    await assert.rejects(batchByRamp(none, upTo(64)), { code: 'device-memory' });
    const lost = (batch: number) =>
      batch > 4
        ? Promise.reject(resourceError('device-lost', 'It is lost.', 'Try again.'))
        : Promise.resolve(batch / 1e4 + 0.01);
    await assert.rejects(batchByRamp(lost, upTo(64)), { code: 'device-lost' });
  });
});
