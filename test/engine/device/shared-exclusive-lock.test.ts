import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { SharedExclusiveLock } from '../../../src/engine/device/shared-exclusive-lock.js';
import { pause } from '../../runtime/cohort.js';

describe('a shared, exclusive lock', () => {
  it('lets work that must be alone wait for what is there, and what comes later wait for it', async () => {
    const lock = new SharedExclusiveLock();
    const log: string[] = [];
    const work = (name: string) => async () => {
      log.push(`${name} begins`);
      await pause(2);
      log.push(`${name} ends`);
    };
    await Promise.all([
      lock.shared(work('a')),
      lock.shared(work('b')),
      lock.exclusive(work('c')),
      lock.exclusive(work('d')),
      lock.shared(work('e')),
      lock.shared(work('f')),
    ]);
    const both = (one: string, other: string) => [
      `${one} begins`,
      `${other} begins`,
      `${one} ends`,
      `${other} ends`,
    ];
    assert.deepEqual(log, [...both('a', 'b'), 'c begins', 'c ends', 'd begins', 'd ends', ...both('e', 'f')]);
  });

  it('is not held up by work that fails', async () => {
    const lock = new SharedExclusiveLock();
    const fail = () => Promise.reject(new Error('failed'));
    const [a, b, c] = await Promise.allSettled([
      lock.shared(fail),
      lock.exclusive(fail),
      lock.shared(() => Promise.resolve(3)),
    ]);
    assert.deepEqual([a.status, b.status, c.status], ['rejected', 'rejected', 'fulfilled']);
  });
});
