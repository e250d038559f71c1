/** ITK's image geometry: physical points are LPS millimetres, pointLps = origin + direction * (spacing . indexXyz). */

declare const space: unique symbol;
type In<S extends string> = readonly [number, number, number] & { readonly [space]?: S };

/** Continuous or whole voxel index, x fastest. */
export type IndexXyz = In<'index'>;
/** Millimetres; +x to the patient's left, +y to the back, +z to the head. */
export type PointLps = In<'lps'>;

/** Row-major 3 x 3. */
export type Matrix3 = readonly [number, number, number, number, number, number, number, number, number];

/** A voxel grid in physical space. */
export interface Geometry {
  readonly size: readonly [number, number, number];
  /** Millimetres. */
  readonly spacing: readonly [number, number, number];
  /** Centre of voxel (0, 0, 0). */
  readonly origin: PointLps;
  /** Columns are the grid axes' unit vectors in LPS. */
  readonly direction: Matrix3;
}

/** Maps points of one physical space to another: y = matrix * x + offset (ITK: offset = translation + center - matrix * center). */
export interface AffineLps {
  readonly matrix: Matrix3;
  readonly offset: PointLps;
}

/** `matrix * point + offset`, mm, LPS. */
export function applyAffine({ matrix: m, offset: o }: AffineLps, [x, y, z]: PointLps): PointLps {
  return [
    m[0] * x + m[1] * y + m[2] * z + o[0],
    m[3] * x + m[4] * y + m[5] * z + o[1],
    m[6] * x + m[7] * y + m[8] * z + o[2],
  ];
}

/** `origin + direction * (spacing * index)`, mm, LPS (itk::ImageBase). */
export function indexToPoint(
  { spacing: s, origin: o, direction: d }: Geometry,
  [i, j, k]: IndexXyz,
): PointLps {
  const [x, y, z] = [i * s[0], j * s[1], k * s[2]];
  return [
    o[0] + d[0] * x + d[1] * y + d[2] * z,
    o[1] + d[3] * x + d[4] * y + d[5] * z,
    o[2] + d[6] * x + d[7] * y + d[8] * z,
  ];
}

/** As ITK: the inverse of direction * spacing is made first, to the same last bit while the axes are along LPS. */
export function pointToIndex({ spacing: s, origin: o, direction }: Geometry, point: PointLps): IndexXyz {
  const d = inverse3(direction);
  const [x, y, z] = [point[0] - o[0], point[1] - o[1], point[2] - o[2]];
  return [
    (d[0] / s[0]) * x + (d[1] / s[0]) * y + (d[2] / s[0]) * z,
    (d[3] / s[1]) * x + (d[4] / s[1]) * y + (d[5] / s[1]) * z,
    (d[6] / s[2]) * x + (d[7] / s[2]) * y + (d[8] / s[2]) * z,
  ];
}

export const determinant3 = (m: Matrix3): number =>
  m[0] * (m[4] * m[8] - m[5] * m[7]) -
  m[1] * (m[3] * m[8] - m[5] * m[6]) +
  m[2] * (m[3] * m[7] - m[4] * m[6]);

/** @throws RangeError when the matrix is singular. */
export function inverse3(m: Matrix3): Matrix3 {
  const det = determinant3(m);
  if (!(Math.abs(det) > 1e-12)) throw new RangeError('singular 3 x 3 matrix');
  const [a, b, c, d, e, f, g, h, i] = m;
  return [
    (e * i - f * h) / det,
    (c * h - b * i) / det,
    (b * f - c * e) / det,
    (f * g - d * i) / det,
    (a * i - c * g) / det,
    (c * d - a * f) / det,
    (d * h - e * g) / det,
    (b * g - a * h) / det,
    (a * e - b * d) / det,
  ];
}
