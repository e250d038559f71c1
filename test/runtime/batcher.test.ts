import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { WorkOwner } from '../../src/core/shared-workers.js';
import type { Slice } from '../../src/core/stage.js';
import { Batcher, type BatcherHooks } from '../../src/runtime/batcher.js';
import { noWorkers, pause } from './cohort.js';

const owner = { sid: 's', index: 0 };

type Part = Slice<number[], number[]>;

type Lane = BatcherHooks['lane'];

function doubling({
  size,
  waitMs = 1,
  onRun,
  lane = (_, work) => work(),
  signal = new AbortController().signal,
}: {
  size: number | (() => number);
  waitMs?: number;
  onRun?: (parts: readonly Part[]) => void;
  lane?: Lane;
  signal?: AbortSignal;
}) {
  const sizes: number[] = [];
  const batcher = new Batcher(
    {
      get size() {
        return typeof size === 'number' ? size : size();
      },
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
    signal,
    { lane, onBatch: (units) => sizes.push(units) },
  );
  const submit = async (scan: number[], index = 0) =>
    (await batcher.submit({ sid: `s${index}`, index }, scan)).state as number[];
  return { sizes, submit: (scan: number[], index?: number) => submit(scan, index) };
}

describe('batcher', () => {
  it('gives every scan its own results, however units fall into batches', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(fc.nat(99)), { maxLength: 8 }),
        fc.integer({ min: 1, max: 9 }),
        async (scans, size) => {
          const { sizes, submit } = doubling({ size });
          const results = await Promise.all(scans.map((scan) => submit(scan)));
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

  /** A lane that is busy until it is told to do the next piece of work. */
  function busyLane() {
    const waiting: { readonly owner: WorkOwner; readonly go: () => Promise<void> }[] = [];
    const lane: Lane = (owner, work) =>
      new Promise((resolve, reject) => waiting.push({ owner, go: () => work().then(resolve, reject) }));
    return { waiting, lane };
  }
  const numbers = (count: number) => Array.from({ length: count }, (_, i) => i);
  const doubled = (count: number) => numbers(count).map((x) => 2 * x);

  it('gathers on while the lane is busy, and cuts a batch when it is free', async () => {
    const { waiting, lane } = busyLane();
    const { sizes, submit } = doubling({ size: 256, lane });
    const first = submit(numbers(581), 0);
    await pause(5);
    const second = submit(numbers(581), 1);
    await pause(5);
    for (let i = 0; i < waiting.length; i++) await waiting[i].go();
    assert.deepEqual(sizes, [256, 256, 256, 256, 138]);
    assert.deepEqual(await Promise.all([first, second]), [doubled(581), doubled(581)]);
    assert.deepEqual(
      waiting.map(({ owner }) => owner.sid),
      ['s0', 's0', 's0 s1', 's1', 's1'],
    );
  });

  it('lets the units of an earlier scan go first', async () => {
    const { waiting, lane } = busyLane();
    const { submit } = doubling({ size: 4, lane });
    const later = submit(numbers(8), 7);
    const earlier = submit(numbers(4), 3);
    assert.deepEqual(
      waiting.map(({ owner }) => owner.index),
      [7, 7, 3],
    );
    await waiting[2].go();
    assert.deepEqual(await earlier, doubled(4));
    for (const { go } of waiting.slice(0, 2)) await go();
    assert.deepEqual(await later, doubled(8));
  });

  it('asks for more turns where full batches become smaller', async () => {
    const { waiting, lane } = busyLane();
    let size = 8;
    const { sizes, submit } = doubling({ size: () => size, lane });
    const scan = submit(numbers(18));
    size = 4;
    for (let i = 0; i < 4; i++) await waiting[i].go();
    await pause(5);
    await waiting[4].go();
    assert.deepEqual(await scan, doubled(18));
    assert.deepEqual(sizes, [4, 4, 4, 4, 2]);
  });

  it('begins no batch of a run that was stopped', async () => {
    const stop = new AbortController();
    const { waiting, lane } = busyLane();
    const { sizes, submit } = doubling({ size: 2, lane, signal: stop.signal });
    const scans = [submit(numbers(3), 0), submit(numbers(2), 1)];
    await pause(5);
    const ended = Promise.allSettled(scans);
    await waiting[0].go();
    stop.abort();
    for (const { go } of waiting.slice(1)) await go();
    assert.deepEqual(
      (await ended).map(({ status }) => status),
      ['rejected', 'rejected'],
    );
    assert.deepEqual(sizes, [2]);
  });

  it('answers a scan without units', async () => {
    assert.deepEqual(await doubling({ size: 4 }).submit([]), []);
  });
});
