import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { normalisedEdges } from '../../src/networks/normalised-edges.js';

describe('edges of the graph network', () => {
  it('are the overlaps above 0.13, and self loops where missing', () => {
    // prettier-ignore
    const adjacency = Float64Array.of(
      1,    0.13, 0.14,
      0.13, 0,    0,
      0.14, 0,    1,
    );
    const { starts, sources, weights } = normalisedEdges(adjacency, 3);
    assert.deepEqual([...starts], [0, 2, 3, 5]);
    assert.deepEqual([...sources], [0, 2, 1, 0, 2]);
    const half = (1 / Math.sqrt(2)) ** 2;
    assert.deepEqual([...weights], [half, half, 1, half, half]);
  });
});
