import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { matlabFile, readItkTransform, textFile } from '../../../src/formats/itk-transform/index.js';
import type { AffineLps } from '../../../src/imaging/space/geometry.js';
import { scratchDirectory } from '../../temporary.js';

const scratch = scratchDirectory('itk-write');

/** -0 is read as 0. */
const zero = (x: number) => x + 0;
const near = (centre: number) => fc.double({ min: centre - 0.3, max: centre + 0.3, noNaN: true }).map(zero);
const shift = fc.double({ min: -1e5, max: 1e5, noNaN: true }).map(zero);
const affines: fc.Arbitrary<AffineLps> = fc
  .tuple(
    fc.tuple(near(1), near(0), near(0), near(0), near(1), near(0), near(0), near(0), near(1)),
    fc.tuple(shift, shift, shift),
  )
  .map(([matrix, offset]) => ({ matrix, offset }));

describe('writing an affine', () => {
  for (const [name, encode] of [
    ['mat', (affine: AffineLps) => matlabFile(affine)],
    ['tfm', (affine: AffineLps) => Buffer.from(textFile(affine))],
  ] as const)
    it(`reads back to the very same numbers: ${name}`, () =>
      fc.assert(
        fc.asyncProperty(affines, async (affine) => {
          assert.deepEqual(await readItkTransform(scratch.put('trip', encode(affine))), affine);
        }),
        { numRuns: 200 },
      ));
});
