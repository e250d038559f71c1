import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { LruCache } from '../../../src/engine/wasm/lru-cache.js';

describe('a cache of what was used last', () => {
  it('makes each value once, and lets go of the one that was not used for longest', () => {
    const cache = new LruCache<string, object>(2);
    const made: string[] = [];
    const get = (key: string) => cache.getOrMake(key, () => (made.push(key), { key }));
    const a = get('a');
    get('b');
    assert.equal(get('a'), a);
    get('c'); // b goes
    assert.equal(get('a'), a);
    assert.deepEqual(made, ['a', 'b', 'c']);
    get('b'); // c goes
    get('c');
    assert.deepEqual(made, ['a', 'b', 'c', 'b', 'c']);
    assert.equal(cache.size, 2);
  });

  it('holds no more for a value that cannot be made', () => {
    const cache = new LruCache<string, number>(1);
    const fail = () => {
      throw new Error('no memory');
    };
    assert.throws(() => cache.getOrMake('a', fail), /no memory/);
    assert.equal(cache.size, 0);
    assert.equal(
      cache.getOrMake('a', () => 1),
      1,
    );
  });
});
