import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Matrix3 } from '../../../src/imaging/space/geometry.js';
import { straightness } from '../../../src/imaging/space/straightness.js';

const entry = fc.double({ min: -1, max: 1, noNaN: true });
const matrix = fc.array(entry, { minLength: 9, maxLength: 9 }).map((m) => m as unknown as Matrix3);

describe('straightness', () => {
  it('costs nothing to stretch along the axes, whatever the stretch', () => {
    assert.equal(straightness([0.8, 0, 0, 0, 1.3, 0, 0, 0, 1.1]).penalty, 0);
  });

  it('is the square of the angle, times a quarter of a nat for a turn and one nat for a shear', () => {
    const turn = straightness([1, -0.1, 0, 0.1, 1, 0, 0, 0, 1]).penalty;
    const shear = straightness([1, 0.1, 0, 0.1, 1, 0, 0, 0, 1]).penalty;
    assert.ok(Math.abs(turn - 0.0025) < 1e-15 && Math.abs(shear - 0.01) < 1e-15);
  });

  it('has the exact gradient', () => {
    fc.assert(
      fc.property(matrix, matrix, (at, along) => {
        const moved = (h: number) =>
          straightness(at.map((m, i) => m + h * along[i]) as unknown as Matrix3).penalty;
        const slope = straightness(at).gradient.reduce((sum, g, i) => sum + g * along[i], 0);
        assert.ok(Math.abs(slope - (moved(0.01) - moved(-0.01)) / 0.02) < 1e-9);
      }),
    );
  });
});
