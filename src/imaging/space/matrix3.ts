/** The little algebra of 3 x 3 matrices (row-major) that moments and affines need. */
import type { Matrix3 } from './geometry.js';

export type Vector3 = readonly [number, number, number];

export const multiply3 = (a: Matrix3, b: Matrix3): Matrix3 => {
  const [b0, b1, b2] = [column(b, 0), column(b, 1), column(b, 2)].map((c) => transform3(a, c));
  return [b0[0], b1[0], b2[0], b0[1], b1[1], b2[1], b0[2], b1[2], b2[2]];
};

export const transpose3 = (m: Matrix3): Matrix3 => [m[0], m[3], m[6], m[1], m[4], m[7], m[2], m[5], m[8]];

export const transform3 = (m: Matrix3, [x, y, z]: Vector3): Vector3 => [
  m[0] * x + m[1] * y + m[2] * z,
  m[3] * x + m[4] * y + m[5] * z,
  m[6] * x + m[7] * y + m[8] * z,
];

/** Applies a function to the eigenvalues of a symmetric matrix: V f(d) V^T, e.g. its square root. */
export function mapEigenvalues(symmetric: Matrix3, f: (value: number) => number): Matrix3 {
  const { values, vectors: v } = eigenSymmetric3(symmetric);
  const d = values.map(f);
  const scaled = v.map((entry, i) => entry * d[i % 3]) as unknown as Matrix3;
  return multiply3(scaled, transpose3(v));
}

/** The rotation nearest to a regular matrix, or the improper one where its determinant is negative: the orthogonal part of its polar decomposition. */
export const nearestOrthogonal3 = (m: Matrix3): Matrix3 =>
  multiply3(
    m,
    mapEigenvalues(multiply3(transpose3(m), m), (value) => 1 / Math.sqrt(value)),
  );

/** Eigenvalues, in no order, and eigenvectors (the columns) of a symmetric matrix, by cyclic Jacobi rotations. */
export function eigenSymmetric3(symmetric: Matrix3): { values: Vector3; vectors: Matrix3 } {
  let a = symmetric;
  let vectors: Matrix3 = [1, 0, 0, 0, 1, 0, 0, 0, 1];
  const size = Math.hypot(...a);
  for (let sweep = 0; sweep < 30 && Math.hypot(a[1], a[2], a[5]) > 1e-15 * size; sweep++) {
    for (const [p, q] of [
      [0, 1],
      [0, 2],
      [1, 2],
    ] as const) {
      // prettier-ignore
      const turn = rotation(a, p, q);
      a = multiply3(transpose3(turn), multiply3(a, turn));
      vectors = multiply3(vectors, turn);
    }
  }
  return { values: [a[0], a[4], a[8]], vectors };
}

/** The rotation in the plane of axes p and q that makes a[p][q] vanish. */
function rotation(a: Matrix3, p: number, q: number): Matrix3 {
  const angle = 0.5 * Math.atan2(2 * a[3 * p + q], a[4 * q] - a[4 * p]);
  const r = [1, 0, 0, 0, 1, 0, 0, 0, 1];
  r[4 * p] = r[4 * q] = Math.cos(angle);
  r[3 * p + q] = Math.sin(angle);
  r[3 * q + p] = -Math.sin(angle);
  return r as unknown as Matrix3;
}

const column = (m: Matrix3, i: 0 | 1 | 2): Vector3 => [m[i], m[i + 3], m[i + 6]];
