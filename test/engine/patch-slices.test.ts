import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { PatchSlice } from '../../src/engine/engine.js';
import { splitSlices, scatterFeatures } from '../../src/engine/patch-slices.js';

describe('slices of patches', () => {
  it('are split so that every patch is kept once, in order, in pieces that are full but for the last', () => {
    const slice = (from: number, to: number) => ({ from, to }) as PatchSlice;
    const pieces = splitSlices([slice(3, 10), slice(0, 2), slice(5, 6)], 4);
    const ranges = pieces.map((piece) => piece.map(({ from, to }) => [from, to]));
    assert.deepEqual(ranges, [
      [[3, 7]],
      [
        [7, 10],
        [0, 1],
      ],
      [
        [1, 2],
        [5, 6],
      ],
    ]);
  });

  it('get their features back, and nothing else is written', () => {
    const features = new Float32Array(new SharedArrayBuffer(4 * 10)).fill(9);
    const slice = (from: number, to: number) => ({ features, from, to }) as PatchSlice;
    scatterFeatures([slice(3, 5), slice(0, 1), slice(2, 2)], Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8), 2);
    assert.deepEqual([...features], [5, 6, 9, 9, 9, 9, 1, 2, 3, 4]);
  });
});
