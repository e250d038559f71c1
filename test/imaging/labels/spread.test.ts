import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { Grid } from '../../../src/imaging/space/grid.js';
import { spread } from '../../../src/imaging/labels/spread.js';

it('spreads no farther than the limit allows', () => {
  const grid: Grid = { size: [5, 4, 3], spacing: [1, 1, 1] };
  const seen = new Uint8Array(60);
  const queue = new Int32Array(60);
  seen[0] = 1;
  const reached = spread(grid, queue, 1, (i) => seen[i] === 0 && ((seen[i] = 1), true), 10);
  assert.ok(reached >= 10 && reached < 16, `${reached}`);
});
