import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { mulberry32 } from '../../../src/core/mulberry32.js';
import { composeAffine } from '../../../src/imaging/space/affine.js';
import { applyAffine, type Matrix3, type PointLps } from '../../../src/imaging/space/geometry.js';
import { lungFractions } from '../../../src/imaging/labels/lung-fractions.js';
import { mapEigenvalues, multiply3, transpose3 } from '../../../src/imaging/space/matrix3.js';
import { lungMoments, momentsAffine } from '../../../src/imaging/registration/moments.js';
import { centredGrid, paint } from './lung-shapes.js';

const entry = fc.double({ min: -2, max: 2, noNaN: true });
const anyMatrix = fc.tuple(entry, entry, entry, entry, entry, entry, entry, entry, entry);
/** Symmetric, eigenvalues from 0.1 up. */
const covariance = anyMatrix.map((m): Matrix3 => {
  const [a, b, c, d, e, f, g, h, i] = multiply3(m, transpose3(m));
  return [a + 0.1, b, c, d, e + 0.1, f, g, h, i + 0.1];
});
const point = fc.tuple(entry, entry, entry);
const distance = (a: readonly number[], b: readonly number[]) => Math.hypot(...a.map((x, i) => x - b[i]));

describe('eigenvalues of a symmetric matrix', () => {
  it('rebuild the matrix, and its root squared is the matrix', () => {
    fc.assert(
      fc.property(covariance, (m) => {
        const root = mapEigenvalues(m, Math.sqrt);
        assert.ok(
          distance(
            mapEigenvalues(m, (value) => value),
            m,
          ) <
            1e-12 * Math.hypot(...m),
        );
        assert.ok(distance(multiply3(root, root), m) < 1e-12 * Math.hypot(...m));
      }),
    );
  });
});

describe('moments affine', () => {
  it('carries mean and covariance over exactly, without turning over an axis', () => {
    fc.assert(
      fc.property(point, covariance, point, covariance, (mean, from, toMean, to) => {
        const affine = momentsAffine({ mean, covariance: from }, { mean: toMean, covariance: to });
        const { matrix } = affine;
        assert.ok(distance(applyAffine(affine, mean), toMean) < 1e-9);
        const carried = multiply3(matrix, multiply3(from, transpose3(matrix)));
        assert.ok(distance(carried, to) < 1e-8 * Math.hypot(...to));
        assert.ok(distance(matrix, transpose3(matrix)) < 1e-8 * Math.hypot(...matrix));
        assert.ok([matrix[0], matrix[4], matrix[8]].every((diagonal) => diagonal > 0));
      }),
    );
  });

  it('is found from masks: a ball becomes an ellipsoid', () => {
    const ball = ([x, y, z]: PointLps) => (Math.hypot(x, y, z) > 60 ? 0 : x < 0 ? 1 : 2);
    // Symmetric and positive definite: the optimal map between the two is this one itself.
    const affine = { matrix: [1.3, 0.1, 0, 0.1, 0.8, -0.1, 0, -0.1, 1.1], offset: [10, -20, 5] } as const;
    const turned: Matrix3 = [0.8, -0.6, 0, 0.6, 0.8, 0, 0, 0, -1];
    const from = lungMoments(lungFractions(paint(centredGrid(80, 2), ball), 4));
    const to = lungMoments(lungFractions(paint(centredGrid(110, 2, turned), ball, affine), 4));
    const found = momentsAffine(from, to);
    assert.ok(distance(found.matrix, affine.matrix) < 0.01, found.matrix.join());
    assert.ok(distance(found.offset, affine.offset) < 0.2, found.offset.join());
    assert.ok(Math.abs(from.covariance[0] - 60 ** 2 / 5) < 3, 'variance of a ball: r^2 / 5');
  });
});

describe('lung fractions', () => {
  it('keep the volume of each lung, whatever the grid', () => {
    const size = fc.integer({ min: 1, max: 13 });
    const spacing = fc.double({ min: 0.5, max: 6, noNaN: true });
    const grid = fc.tuple(fc.tuple(size, size, size), fc.tuple(spacing, spacing, spacing), fc.nat());
    fc.assert(
      fc.property(grid, ([[nx, ny, nz], spacings, seed]) => {
        const count = nx * ny * nz;
        // A view into a larger buffer: the byte offset must not matter.
        const voxels = new Uint8Array(new SharedArrayBuffer(count + 9), seed % 7, count);
        const next = mulberry32(seed);
        for (let i = 0; i < count; i++) voxels[i] = Math.max(0, Math.floor(6 * next()) - 3);
        const geometry = { ...centredGrid(1, 1), size: [nx, ny, nz], spacing: spacings } as const;
        const coarse = lungFractions({ voxels, geometry }, 4);
        const blockVoxels = coarse.geometry.spacing.reduce(
          (v, mm, axis) => v * Math.round(mm / spacings[axis]),
          1,
        );
        for (const [side, label] of [
          ['right', 1],
          ['left', 2],
        ] as const) {
          // prettier-ignore
          const expected = voxels.reduce((n, v) => n + (v === label ? 1 : 0), 0);
          const counted = coarse[side].reduce((sum, share) => sum + share, 0) * blockVoxels;
          assert.ok(Math.abs(counted - expected) < 1e-3);
        }
      }),
    );
  });
});

describe('affines', () => {
  it('compose in the order of function application', () => {
    const double = { matrix: [2, 0, 0, 0, 2, 0, 0, 0, 2], offset: [0, 0, 0] } as const;
    const shift = { matrix: [1, 0, 0, 0, 1, 0, 0, 0, 1], offset: [1, 2, 3] } as const;
    assert.deepEqual(applyAffine(composeAffine(double, shift), [1, 1, 1]), [4, 6, 8]);
  });
});
