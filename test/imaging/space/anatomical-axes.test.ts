import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { anatomicalAxes } from '../../../src/imaging/space/anatomical-axes.js';
import type { Matrix3 } from '../../../src/imaging/space/geometry.js';

const axesOf = (direction: Matrix3) =>
  anatomicalAxes({ size: [1, 1, 1], spacing: [1, 1, 1], origin: [0, 0, 0], direction })
    .map(({ axis, flipped }) => `${flipped ? '-' : '+'}${axis}`)
    .join(' ');

describe('anatomical axes', () => {
  it('name the grid axes that run left, back and up', () => {
    assert.equal(axesOf([1, 0, 0, 0, 1, 0, 0, 0, 1]), '+0 +1 +2');
    assert.equal(axesOf([-1, 0, 0, 0, -1, 0, 0, 0, 1]), '-0 -1 +2');
    // Grid axis 0 runs up, 1 to the right, 2 to the back.
    assert.equal(axesOf([0, -1, 0, 0, 0, 1, 1, 0, 0]), '-1 +2 +0');
  });

  it('take the nearest ones on an oblique grid, each once', () => {
    const [c, s] = [Math.cos(0.6), Math.sin(0.6)];
    assert.equal(axesOf([c, 0, s, 0, 1, 0, -s, 0, c]), '+0 +1 +2');
    assert.equal(axesOf([s, 0, c, 0, -1, 0, c, 0, -s]), '+2 -1 +0');
  });
});
