import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { tapsAt } from '../../../src/imaging/resampling/b-spline.js';
import { prefilterRows } from './plain-prefilter.js';

const hu = fc.integer({ min: -1024, max: 3000 });

describe('cubic B-spline', () => {
  it('passes through the samples: (c[i-1] + 4 c[i] + c[i+1]) / 6 = f[i], mirrored at the ends', () => {
    const signals = fc
      .tuple(fc.integer({ min: 2, max: 60 }), fc.integer({ min: 1, max: 5 }))
      .chain(([count, width]) =>
        fc.record({
          count: fc.constant(count),
          width: fc.constant(width),
          samples: fc.array(hu, { minLength: count * width, maxLength: count * width }),
        }),
      );
    fc.assert(
      fc.property(signals, ({ count, width, samples }) => {
        const c = Float64Array.from(samples);
        prefilterRows(c, count, width);
        const at = (row: number, i: number) =>
          c[width * (count - 1 - Math.abs(count - 1 - Math.abs(row))) + i];
        samples.forEach((sample, k) => {
          const [row, i] = [Math.floor(k / width), k % width];
          const value = (at(row - 1, i) + 4 * at(row, i) + at(row + 1, i)) / 6;
          // ITK's causal start leaves out terms below 1e-10 of the signal's range.
          assert.ok(Math.abs(value - sample) < 1e-5, `${value} for ${sample}`);
        });
      }),
    );
  });

  it('weighs four samples, 1 together, their mean at the position itself', () => {
    fc.assert(
      fc.property(fc.double({ min: 2, max: 7, noNaN: true }), (position) => {
        const { samples, weights } = tapsAt(Float64Array.of(position), 10);
        const sum = weights.reduce((a, b) => a + b);
        const mean = weights.reduce((total, weight, tap) => total + weight * samples[tap], 0);
        assert.ok(Math.abs(sum - 1) < 1e-14 && Math.abs(mean - position) < 1e-12);
      }),
    );
  });

  it('mirrors samples beyond the ends', () => {
    const { samples } = tapsAt(Float64Array.of(-0.25, 0.5, 8.5, 9.25), 10);
    assert.deepEqual([...samples], [2, 1, 0, 1, 1, 0, 1, 2, 7, 8, 9, 8, 8, 9, 8, 7]);
  });

  it('holds [-0.5, n - 0.5) for inside', () => {
    const inside = (...positions: number[]) => tapsAt(Float64Array.from(positions), 10).inside;
    assert.equal(inside(-0.5, 9.499999), 2);
    assert.equal(inside(0, 9.5, 10), 1);
    assert.equal(inside(0, NaN), 1);
  });
});
