/** What is known of chests in a scanner before any voxel is seen: they lie nearly straight, and nothing shears them. */
import type { Matrix3 } from './geometry.js';

/**
 * Nats for the square of an angle in radians. Lungs that do not match leave some shear and turning almost undetermined:
 * mutual information changes by less than a thousandth over several degrees, and its maximum lies wherever the noise of
 * the borders puts it. These weights are felt there only.
 */
const SHEAR = 1;
const TURN = 0.25;

/** Entries of a 3 x 3 matrix that mirror each other: xy and yx, xz and zx, yz and zy. */
const PAIRS = [
  [1, 3],
  [2, 6],
  [5, 7],
] as const;

/**
 * The price of an affine's departure from stretching along the body's axes, and its slope.
 * @param matrix from atlas to subject, LPS to LPS
 */
export function straightness(matrix: Matrix3): { penalty: number; gradient: Matrix3 } {
  const gradient = new Float64Array(9);
  let penalty = 0;
  for (const [upper, lower] of PAIRS) {
    const shear = (matrix[upper] + matrix[lower]) / 2;
    const turn = (matrix[upper] - matrix[lower]) / 2;
    penalty += SHEAR * shear ** 2 + TURN * turn ** 2;
    gradient[upper] = SHEAR * shear + TURN * turn;
    gradient[lower] = SHEAR * shear - TURN * turn;
  }
  return { penalty, gradient: [...gradient] as unknown as Matrix3 };
}
