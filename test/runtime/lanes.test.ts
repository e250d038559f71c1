import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { LaneMeter } from '../../src/runtime/lane-meter.js';
import { createLanes } from '../../src/runtime/lanes.js';
import { pause } from './cohort.js';

describe('meter of a lane', () => {
  it('tells when it had work, and how many places were in use', () => {
    let now = 100;
    const meter = new LaneMeter('gpu', 2, () => now);
    const at = (second: number, change: 'enter' | 'leave' | 'end') => {
      now = 100 + second;
      meter[change]();
    };
    at(1, 'enter');
    at(2, 'enter');
    at(4, 'leave');
    at(5, 'leave');
    at(10, 'end');
    now += 50;
    const expected = { lane: 'gpu', places: 2, busySeconds: 4, busyShare: 0.4, meanPlaces: 0.6 };
    assert.deepEqual(meter.snapshot(), expected);
  });

  it('has nothing to tell before time has passed', () => {
    const { busySeconds, busyShare, meanPlaces } = new LaneMeter('io', 2, () => 1).snapshot();
    assert.deepEqual([busySeconds, busyShare, meanPlaces], [0, 0, 0]);
  });
});

describe('lanes', () => {
  it('give the accelerator two batches at once: one computes while the next one’s data travel', async () => {
    const { gpu } = createLanes(8);
    let [inUse, most] = [0, 0];
    const work = async () => {
      most = Math.max(most, (inUse += 1));
      await pause(2);
      inUse -= 1;
    };
    await Promise.all([0, 1, 2, 3, 4].map((index) => gpu.take('encode', { sid: `s${index}`, index }, work)));
    assert.equal(most, 2);
    const { busySeconds, meanPlaces } = gpu.meter.snapshot();
    assert.ok(busySeconds > 0 && meanPlaces > 0);
  });

  it('are left by work that fails, and tell an observer whose it was', async () => {
    const seen: string[] = [];
    const { cpu } = createLanes(1, {
      laneWork: ({ stage, sid }) => seen.push(`${stage} ${sid}`),
      reserved: () => undefined,
    });
    const fail = () => Promise.reject(new Error('failed'));
    await assert.rejects(cpu.take('patch', { sid: 's0', index: 0 }, fail));
    assert.equal(await cpu.take('patch', { sid: 's1', index: 1 }, () => Promise.resolve(3)), 3);
    assert.deepEqual(seen, ['patch s0', 'patch s1']);
    cpu.meter.end();
    assert.ok(cpu.meter.snapshot().busyShare < 1);
  });
});
