import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { slope } from '../../bench/speed/resident-growth.js';

describe('growth of resident memory', () => {
  it('is the slope of the line, without error where all points lie on it', () => {
    assert.deepEqual(slope([5, 7, 9, 11]), { mbAScan: 2, standardError: 0 });
  });

  it('has the textbook standard error', () => {
    const { mbAScan, standardError } = slope([1, 3, 2, 5, 4]);
    assert.ok(Math.abs(mbAScan - 0.8) < 1e-12);
    assert.ok(Math.abs(standardError - Math.sqrt(3.6 / 3 / 10)) < 1e-12);
  });
});
