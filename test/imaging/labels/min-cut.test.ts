import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Grid } from '../../../src/imaging/space/grid.js';
import { FREE, minCut, SINK, SOURCE } from '../../../src/imaging/labels/min-cut.js';

const grid: Grid = { size: [6, 3, 1], spacing: [1, 1, 1] };
const strides = [1, 6, 18];

/** Price of all faces between the two sides. */
function priceOf(
  side: ArrayLike<number>,
  state: Uint8Array,
  cost: (a: number, b: number, axis: 0 | 1 | 2) => number,
) {
  let price = 0;
  for (let i = 0; i < 18; i++) {
    const at = [i % 6, Math.floor(i / 6), 0];
    for (const axis of [0, 1, 2] as const) {
      const j = i + strides[axis];
      if (at[axis] === grid.size[axis] - 1 || !state[i] || !state[j] || side[i] === side[j]) continue;
      price += state[i] === FREE && state[j] === FREE ? cost(i, j, axis) : Infinity;
    }
  }
  return price;
}

describe('minimum cut', () => {
  it('is as cheap as the cheapest of all cuts', () => {
    const states = fc.array(fc.constantFrom(0, FREE, FREE, FREE), { minLength: 12, maxLength: 12 });
    const weights = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 18, maxLength: 18 });
    fc.assert(
      fc.property(states, weights, (middle, weight) => {
        // x = 0 is the source, x = 5 the sink, the twelve voxels between are free or absent.
        const state = new Uint8Array(18);
        const free: number[] = [];
        for (let i = 0; i < 18; i++) {
          const x = i % 6;
          state[i] = x === 0 ? SOURCE : x === 5 ? SINK : middle[4 * Math.floor(i / 6) + x - 1];
          if (state[i] === FREE) free.push(i);
        }
        const cost = (a: number, b: number, axis: number) => weight[a] + weight[b] + axis;
        let cheapest = Infinity;
        for (let choice = 0; choice < 1 << free.length; choice++) {
          const side = Array.from(state, (s) => Number(s === SOURCE));
          free.forEach((i, bit) => (side[i] = (choice >> bit) & 1));
          cheapest = Math.min(cheapest, priceOf(side, state, cost));
        }
        assert.equal(priceOf(minCut(state, grid, cost), state, cost), cheapest);
      }),
      { numRuns: 40 },
    );
  });

  it('goes through the neck of an hourglass', () => {
    const size = [21, 9, 9] as const;
    const state = new Uint8Array(21 * 81);
    for (let i = 0; i < state.length; i++) {
      const [x, y, z] = [i % 21, Math.floor(i / 21) % 9, Math.floor(i / 189)];
      const radius = x === 13 ? 1 : 4;
      if (Math.hypot(y - 4, z - 4) <= radius) state[i] = x === 0 ? SOURCE : x === 20 ? SINK : FREE;
    }
    const source = minCut(state, { size, spacing: [1, 1, 1] }, () => 5);
    source.forEach((v, i) => {
      if (state[i] !== 0 && i % 21 !== 13) assert.equal(v, i % 21 < 13 ? 1 : 0, `x = ${i % 21}`);
    });
  });
});
