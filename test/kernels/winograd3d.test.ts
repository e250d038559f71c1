import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { largestDifference } from './kernel-memory.js';
import type { Conv3dCase } from './reference-conv3d.js';
import { conv3dInput, expectedConv3d, runConv3d } from './run-conv3d.js';

const cases = fc
  .record({
    patches: fc.integer({ min: 1, max: 3 }),
    tiles: fc.integer({ min: 1, max: 3 }),
    channels: fc.constantFrom(1, 4, 8, 12),
    outChannels: fc.constantFrom(8, 16, 32, 64),
  })
  .map(({ tiles, ...rest }): Conv3dCase => ({ ...rest, edge: 4 * tiles, stride: 1 }));
/** Relative to a direct sum's, the transforms lose a few times more. */
const rounding = ({ channels }: Conv3dCase) => 4 * (27 * channels + 8) * 2 ** -23;

describe('Winograd conv3d kernel', () => {
  it('equals the definition for any edge and number of channels', () => {
    fc.assert(
      fc.property(cases, fc.integer({ min: 1, max: 5 }), (c, tilesAtOnce) => {
        const input = conv3dInput(c);
        const difference = largestDifference(runConv3d(c, input, tilesAtOnce), expectedConv3d(c, input));
        assert.ok(difference < rounding(c), `${difference}`);
      }),
      { numRuns: 60 },
    );
  });

  it('gives a patch the same bits whatever runs with it', () => {
    const c: Conv3dCase = { patches: 3, edge: 8, channels: 4, outChannels: 8, stride: 1 };
    const input = conv3dInput(c);
    const together = runConv3d(c, input, 5);
    const [from, to] = [input.x.length / 3, together.length / 3];
    for (let p = 0; p < 3; p++) {
      const alone = { ...input, x: input.x.slice(p * from, (p + 1) * from) };
      assert.deepEqual(runConv3d({ ...c, patches: 1 }, alone, 1), together.slice(p * to, (p + 1) * to));
    }
  });
});
