import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Slice } from '../../src/core/stage.js';
import { Batcher } from '../../src/runtime/batcher.js';
import { noWorkers, pause } from './cohort.js';

const owner = { sid: 's', index: 0 };

type Part = Slice<number[], number[]>;

function doubling({
  size,
  waitMs = 1,
  onRun,
}: {
  size: number;
  waitMs?: number;
  onRun?: (parts: readonly Part[]) => void;
}) {
  const sizes: number[] = [];
  const batcher = new Batcher(
    {
      size,
      waitMs,
      units: (inputs) => (inputs as number[]).length,
      begin: () => [] as number[],
      run: (slices) => {
        onRun?.(slices as Part[]);
        for (const { inputs, state, from, to } of slices as Part[])
          for (let i = from; i < to; i++) state[i] = inputs[i] * 2;
        return Promise.resolve();
      },
      finish: () => undefined,
    },
    noWorkers,
    new AbortController().signal,
    { lane: (_, work) => work(), onBatch: (units) => sizes.push(units) },
  );
  return { sizes, submit: async (scan: number[]) => (await batcher.submit(owner, scan)).state as number[] };
}

describe('batcher', () => {
  it('gives every scan its own results, however units fall into batches', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(fc.nat(99)), { maxLength: 8 }),
        fc.integer({ min: 1, max: 9 }),
        async (scans, size) => {
          const { sizes, submit } = doubling({ size });
          const results = await Promise.all(scans.map(submit));
          assert.deepEqual(
            results,
            scans.map((scan) => scan.map((x) => 2 * x)),
          );
          const units = scans.flat().length;
          assert.equal(
            sizes.filter((n) => n === size).length,
            Math.floor(units / size),
            'all but the last are full',
          );
        },
      ),
    );
  });

  it('sends a batch that is not full after the wait', async () => {
    const { sizes, submit } = doubling({ size: 100, waitMs: 5 });
    assert.deepEqual(await submit([1, 2, 3]), [2, 4, 6]);
    assert.deepEqual(sizes, [3]);
  });

  it('fails only the scan whose units break a shared batch', async () => {
    const { submit } = doubling({
      size: 6,
      onRun: (parts) => {
        if (parts.some(({ inputs }) => inputs.includes(13))) throw new Error('13');
      },
    });
    const [a, b, c] = await Promise.allSettled([submit([1, 2]), submit([13, 4]), submit([5, 6])]);
    assert.deepEqual([a.status, b.status, c.status], ['fulfilled', 'rejected', 'fulfilled']);
  });

  it('does nothing more for a scan of which a batch has failed', async () => {
    const { sizes, submit } = doubling({
      size: 2,
      onRun: ([{ inputs, from }]) => {
        if (inputs[from] === 13) throw new Error('13');
      },
    });
    const [a, b] = await Promise.allSettled([submit([13, 0, 0, 0, 0]), submit([1, 2])]);
    assert.deepEqual([a.status, b.status], ['rejected', 'fulfilled']);
    assert.deepEqual(sizes, [2], 'the other scan’s');
  });

  it('counts each moment once, however many batches run in it', async () => {
    let now = 0;
    const ends: (() => void)[] = [];
    const batcher = new Batcher(
      {
        size: 4,
        waitMs: 1,
        units: (inputs) => inputs as number,
        begin: () => undefined,
        run: () => new Promise((resolve) => ends.push(resolve)),
        finish: () => undefined,
      },
      noWorkers,
      new AbortController().signal,
      { lane: (_, work) => work(), onBatch: () => undefined },
      () => now,
    );
    const endOf = async (batch: number, at: number) => {
      now = at;
      ends[batch]();
      await pause(0);
    };
    const scans = [batcher.submit(owner, 5), batcher.submit(owner, 3)]; // batches: four of the first; one of it and three of the second
    await endOf(0, 6);
    await endOf(1, 8);
    const [first, second] = (await Promise.all(scans)).map(({ seconds }) => seconds);
    // Six seconds are shared by both batches, two more are the second's own: 3 s and 5 s.
    assert.equal(first, 3 + 5 / 4);
    assert.equal(second, (5 * 3) / 4);
    assert.equal(first + second, 8);
  });

  it('answers a scan without units', async () => {
    assert.deepEqual(await doubling({ size: 4 }).submit([]), []);
  });
});
