import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { itemAt } from '../../src/core/item-at.js';

describe('an item at an index', () => {
  it('is that of the list, undefined where the list holds that', () => {
    assert.equal(itemAt(['a', 'b'], 1), 'b');
    assert.equal(itemAt([undefined], 0), undefined);
  });

  it('is missed where it happens', () => {
    for (const index of [-1, 2, 0.5, NaN]) assert.throws(() => itemAt(['a', 'b'], index), RangeError);
  });
});
