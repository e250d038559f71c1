import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { affineNumbers, composeAffine, gridToLps, invertAffine } from '../../../src/imaging/space/affine.js';
import { lungFractions } from '../../../src/imaging/labels/lung-fractions.js';
import { fixedBin, mutualInformation } from '../../../src/imaging/registration/mutual-information.js';
import { atlasTarget } from '../../../src/imaging/registration/register-lungs.js';
import { sampleField, smoothField } from '../../../src/imaging/registration/smooth-field.js';
import { centredGrid, lungPair, paint } from './lung-shapes.js';

const lungs = paint(centredGrid(72, 5), lungPair);
const target = atlasTarget(lungs);
const { right, geometry } = lungFractions(lungs, 8);
const field = smoothField(right, geometry);
const samples = target.samples[0];
const rightLung = { ...samples, lungs: [samples.lungs[0]] };
const [evaluate] = mutualInformation(rightLung, [field]);
/** Whitened atlas space -> index of the field: where the lungs meet themselves. */
const aligned = affineNumbers(
  composeAffine(invertAffine(gridToLps(field.geometry)), invertAffine(target.whiten)),
);
const valueAt = (affine: Float64Array) => evaluate(affine, new Float64Array(12));

describe('mutual information', () => {
  it('has the exact gradient', () => {
    const shift = fc.double({ min: -2, max: 2, noNaN: true });
    const shifts = fc.array(shift, { minLength: 12, maxLength: 12 });
    const direction = fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 12, maxLength: 12 });
    fc.assert(
      fc.property(shifts, direction, (offsets, along) => {
        const at = aligned.map((number, i) => number + offsets[i]);
        const gradient = new Float64Array(12);
        evaluate(at, gradient);
        const slope = gradient.reduce((sum, g, i) => sum + g * along[i], 0);
        const h = 1e-4;
        const moved = (sign: number) => valueAt(at.map((number, i) => number + sign * h * along[i]));
        const difference = (moved(1) - moved(-1)) / (2 * h);
        const scale = Math.hypot(...gradient) * Math.hypot(...along);
        assert.ok(Math.abs(slope - difference) <= 1e-5 * scale + 1e-10, `${slope} against ${difference}`);
      }),
      { numRuns: 40, seed: 1, endOnFailure: true },
    );
  });

  it('agrees with the joint histogram written out', () => {
    // By the definition: every sample spread over all bins by the cubic B-spline of the distance.
    const spread = (d: number) => {
      const a = Math.abs(d);
      return a < 1 ? 2 / 3 - a * a + a ** 3 / 2 : a < 2 ? (2 - a) ** 3 / 6 : 0;
    };
    const at = aligned.map((number, i) => number + [0.3, -0.2, 0.5, 0.1][i % 4]);
    const { points } = samples.bricks;
    const { bins } = samples.lungs[0];
    const joint = Array.from({ length: 32 }, () => new Array<number>(32).fill(0));
    const here = new Float64Array(4);
    for (let s = 0; s < bins.length; s++) {
      const [x, y, z] = points.subarray(3 * s, 3 * s + 3);
      const index = [0, 1, 2].map((r) => at[3 * r] * x + at[3 * r + 1] * y + at[3 * r + 2] * z + at[9 + r]);
      sampleField(field, index[0], index[1], index[2], here);
      const level = here[0] * 28 + 2;
      for (let bin = 0; bin < 32; bin++) joint[bins[s]][bin] += spread(bin - level) / bins.length;
    }
    const moving = joint[0].map((_, m) => joint.reduce((sum, row) => sum + row[m], 0));
    let expected = 0;
    for (const row of joint) {
      const fixed = row.reduce((sum, p) => sum + p, 0);
      row.forEach((p, m) => {
        if (p > 0) expected += p * Math.log(p / (fixed * moving[m]));
      });
    }
    assert.ok(Math.abs(valueAt(at) - expected) < 1e-12);
  });

  it('is highest where the lungs meet themselves, and 0 where they do not meet', () => {
    const best = valueAt(aligned);
    for (let i = 0; i < 12; i++)
      for (const step of [-0.5, 0.5])
        assert.ok(valueAt(aligned.map((a, j) => a + (i === j ? step : 0))) < best);
    assert.ok(Math.abs(valueAt(aligned.map((a, i) => a + (i < 9 ? 0 : 1e4)))) < 1e-12);
  });

  it('keeps the Parzen window of every intensity within its bins', () => {
    assert.equal(fixedBin(0), 2);
    assert.equal(fixedBin(1), 29);
  });
});

describe('smooth field', () => {
  it('is continuous with its gradient across cells and 0 outside the grid', () => {
    const here = new Float64Array(4);
    const there = new Float64Array(4);
    const { size } = field.geometry;
    for (let step = 0; step < 200; step++) {
      const [x, y, z] = size.map((n, axis) => Math.round((n * ((step * [37, 61, 83][axis]) % 200)) / 200));
      sampleField(field, x - 1e-9, y - 1e-9, z - 1e-9, here);
      sampleField(field, x + 1e-9, y + 1e-9, z + 1e-9, there);
      here.forEach((value, i) => assert.ok(Math.abs(value - there[i]) < 1e-5));
    }
    assert.equal(sampleField(field, -50, 3, 3, here), false);
    assert.deepEqual([...here], [0, 0, 0, 0]);
  });

  it('knows how far each cell lies from the nearest border', () => {
    const { flat, depth, geometry } = field;
    const [nx, ny, nz] = geometry.size;
    const bordering: number[][] = [];
    const cells = (f: (x: number, y: number, z: number, at: number) => void) => {
      for (let z = 1; z < nz - 2; z++)
        for (let y = 1; y < ny - 2; y++) for (let x = 1; x < nx - 2; x++) f(x, y, z, x + nx * (y + ny * z));
    };
    cells((x, y, z, at) => {
      if (flat[at] !== 0 && flat[at] !== 1) bordering.push([x, y, z]);
    });
    assert.ok(bordering.length > 100);
    cells((x, y, z, at) => {
      if (at % 7 !== 0) return; // each against all: some will do
      const away = bordering.map(([i, j, k]) => Math.max(Math.abs(x - i), Math.abs(y - j), Math.abs(z - k)));
      assert.equal(depth[at], Math.min(...away));
    });
  });
});
