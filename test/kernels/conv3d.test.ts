import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { largestDifference } from './kernel-memory.js';
import type { Conv3dCase } from './reference-conv3d.js';
import { conv3dInput, expectedConv3d, runConv3d } from './run-conv3d.js';

const cases: fc.Arbitrary<Conv3dCase> = fc
  .record({
    patches: fc.integer({ min: 1, max: 6 }),
    half: fc.integer({ min: 1, max: 5 }),
    channels: fc.integer({ min: 1, max: 9 }),
    outChannels: fc.constantFrom(8, 16, 32, 64, 128),
    stride: fc.constantFrom<1 | 2>(1, 2),
  })
  .map(({ half, ...rest }) => ({ ...rest, edge: 2 * half }));
/** What single precision may lose in a sum of so many products of numbers up to 1, and a bias up to 3. */
const rounding = ({ channels }: Conv3dCase) => (27 * channels + 8) * 2 ** -23;

describe('direct conv3d kernel', () => {
  it('equals the definition for any edge, stride and number of channels', () => {
    fc.assert(
      fc.property(cases, (c) => {
        const input = conv3dInput(c);
        assert.ok(largestDifference(runConv3d(c, input), expectedConv3d(c, input)) < rounding(c));
      }),
      { numRuns: 100 },
    );
  });

  it('gives a patch the same bits in whatever batch it comes', () => {
    for (const edge of [2, 4, 8]) {
      const c: Conv3dCase = { patches: 7, edge, channels: 5, outChannels: 16, stride: 2 };
      const input = conv3dInput(c);
      const together = runConv3d(c, input);
      const [from, to] = [input.x.length / 7, together.length / 7];
      for (let p = 0; p < 7; p++) {
        const alone = runConv3d(
          { ...c, patches: 1 },
          { ...input, x: input.x.slice(p * from, (p + 1) * from) },
        );
        assert.deepEqual(together.slice(p * to, (p + 1) * to), alone);
      }
    }
  });

  /** One voxel through a filter of 1: ELU alone. */
  const elu = (values: Float32Array) => {
    const c: Conv3dCase = { patches: values.length, edge: 1, channels: 1, outChannels: 8, stride: 1 };
    const filter = new Float32Array(27 * 8).fill(1, 13 * 8, 14 * 8);
    return runConv3d(c, { x: values, filter, bias: new Float32Array(8) }).filter((_, i) => i % 8 === 0);
  };

  it('computes ELU within 1.5e-7 over the whole range', () => {
    const inputs = Float32Array.from({ length: 40001 }, (_, i) => (i - 20000) / 180);
    const expected = inputs.map((x) => (x > 0 ? x : Math.expm1(x)));
    assert.ok(largestDifference(elu(inputs), expected) < 1.5e-7);
  });

  it('keeps NaN and infinities', () => {
    const [nan, ...rest] = elu(Float32Array.of(NaN, Infinity, -Infinity, -1e30, -88, -1e-30, 0, 1e-30, 5));
    assert.ok(Number.isNaN(nan));
    assert.deepEqual(rest, [Infinity, -1, -1, -1, Math.fround(-1e-30), 0, Math.fround(1e-30), 5]);
  });
});
