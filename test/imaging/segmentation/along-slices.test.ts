import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import {
  nearestFilled,
  withoutPeaks,
  withoutTroughs,
} from '../../../src/imaging/segmentation/along-slices.js';

/** One line: [slice]. */
const line = (...values: number[]) => Int16Array.from(values);

describe('maps along the slices', () => {
  it('lose peaks that are narrow, and keep broad ones and slopes but for their top', () => {
    assert.deepEqual(
      withoutPeaks(line(1, 1, 9, 9, 1, 1, 9, 9, 9, 9, 2), 1, 1),
      line(1, 1, 1, 1, 1, 1, 9, 9, 9, 9, 2),
    );
    assert.deepEqual(withoutPeaks(line(1, 2, 3, 4, 5, 6, 7, 8), 1, 1), line(1, 2, 3, 4, 5, 6, 7, 7));
  });

  it('lose troughs that are narrow', () => {
    assert.deepEqual(withoutTroughs(line(5, 5, 1, 5, 5, 1, 1, 1), 1, 1), line(5, 5, 5, 5, 5, 1, 1, 1));
  });

  it('lie below what they were without peaks, above without troughs, each line by itself', () => {
    const maps = fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 6 }), fc.nat(40));
    fc.assert(
      fc.property(maps, fc.infiniteStream(fc.nat(99)), ([width, reach, slices], numbers) => {
        const map = Int16Array.from([...numbers.take(width * slices)]);
        const [below, above] = [withoutPeaks(map, width, reach), withoutTroughs(map, width, reach)];
        for (let x = 0; x < width; x++) {
          const own = map.filter((_, i) => i % width === x);
          assert.deepEqual(
            below.filter((_, i) => i % width === x),
            withoutPeaks(own, 1, reach),
          );
        }
        assert.ok(map.every((value, i) => below[i] <= value && value <= above[i]));
        assert.deepEqual(withoutPeaks(below, width, reach), below);
      }),
    );
  });

  it('take from the nearest slice what one does not tell', () => {
    assert.deepEqual(
      nearestFilled(Float64Array.of(NaN, 1, NaN, NaN, NaN, 4)),
      Float64Array.of(1, 1, 1, 1, 4, 4),
    );
    assert.equal(nearestFilled(Float64Array.of(NaN)), undefined);
  });
});
