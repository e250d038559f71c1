/** Where the lungs lie and how they spread, and the affine that carries one such shape onto another. */
import { inputError } from '../../core/errors.js';
import { affineAbout, gridToLps } from '../space/affine.js';
import { indexToPoint, type AffineLps, type Matrix3, type PointLps } from '../space/geometry.js';
import type { LungFractions } from '../labels/lung-fractions.js';
import { eigenSymmetric3, mapEigenvalues, multiply3, transpose3 } from '../space/matrix3.js';

/** Mean (LPS mm) and covariance (mm^2) of both lungs as one uniform body. */
export interface Moments {
  readonly mean: PointLps;
  readonly covariance: Matrix3;
}

/** A body whose standard deviation along some axis is below this is no pair of lungs. */
const LEAST_SPREAD_MM = 5;

/**
 * Moments of both lungs together.
 * @throws `lung-missing` when a lung has no voxel, `lungs-degenerate` when the lungs are flat or thin as a thread.
 */
export function lungMoments({ right, left, geometry }: LungFractions): Moments {
  const [nx, ny, nz] = geometry.size;
  const mass = { right: 0, left: 0 };
  const first = [0, 0, 0];
  const second = [0, 0, 0, 0, 0, 0]; // xx yy zz xy xz yz
  for (let z = 0, i = 0; z < nz; z++)
    for (let y = 0; y < ny; y++)
      for (let x = 0; x < nx; x++, i++) {
        const w = right[i] + left[i];
        if (w === 0) continue;
        mass.right += right[i];
        mass.left += left[i];
        first[0] += w * x;
        first[1] += w * y;
        first[2] += w * z;
        second[0] += w * x * x;
        second[1] += w * y * y;
        second[2] += w * z * z;
        second[3] += w * x * y;
        second[4] += w * x * z;
        second[5] += w * y * z;
      }
  for (const side of ['right', 'left'] as const)
    if (mass[side] === 0)
      throw inputError(
        'lung-missing',
        `The mask has no voxel of the ${side} lung.`,
        'Check the lung mask: label 1 is the right lung and 2 the left.',
      );

  const total = mass.right + mass.left;
  const [mx, my, mz] = first.map((sum) => sum / total);
  const [xx, yy, zz, xy, xz, yz] = second.map((sum) => sum / total);
  const blockVariance = 1 / 12; // of a uniform block about its centre
  const inIndex: Matrix3 = [
    xx - mx * mx + blockVariance, xy - mx * my, xz - mx * mz,
    xy - mx * my, yy - my * my + blockVariance, yz - my * mz,
    xz - mx * mz, yz - my * mz, zz - mz * mz + blockVariance,
  ]; // prettier-ignore
  const { matrix: toLps } = gridToLps(geometry);
  const covariance = multiply3(toLps, multiply3(inIndex, transpose3(toLps)));
  if (Math.min(...eigenSymmetric3(covariance).values) < LEAST_SPREAD_MM ** 2)
    throw inputError(
      'lungs-degenerate',
      'The lung mask is flat: it spreads less than 2 cm along one direction.',
      'Check the lung mask, its voxel spacing, and that the scan covers the whole chest.',
    );
  return { mean: indexToPoint(geometry, [mx, my, mz]), covariance };
}

/**
 * The affine that carries one Gaussian onto another with the least mean squared displacement (optimal transport,
 * Dowson & Landau 1982): symmetric positive definite, so it never flips an axis and hardly turns.
 */
export function momentsAffine(from: Moments, to: Moments): AffineLps {
  const root = mapEigenvalues(from.covariance, Math.sqrt);
  const unroot = mapEigenvalues(from.covariance, (value) => 1 / Math.sqrt(value));
  const middle = mapEigenvalues(multiply3(root, multiply3(to.covariance, root)), (v) =>
    Math.sqrt(Math.max(v, 0)),
  );
  const matrix = multiply3(unroot, multiply3(middle, unroot));
  return affineAbout(matrix, from.mean, to.mean);
}
