/** Affine maps as values: composed, inverted, made from grids. */
import { inverse3, type AffineLps, type Geometry, type Matrix3 } from './geometry.js';
import { multiply3, transform3 } from './matrix3.js';

/** x -> outer(inner(x)). */
export function composeAffine(outer: AffineLps, inner: AffineLps): AffineLps {
  const [x, y, z] = transform3(outer.matrix, inner.offset);
  const { offset } = outer;
  return {
    matrix: multiply3(outer.matrix, inner.matrix),
    offset: [x + offset[0], y + offset[1], z + offset[2]],
  };
}

/** @throws RangeError when the matrix is singular. */
export function invertAffine({ matrix, offset }: AffineLps): AffineLps {
  const inverse = inverse3(matrix);
  const [x, y, z] = transform3(inverse, offset);
  return { matrix: inverse, offset: [-x, -y, -z] };
}

/** The affine with a given matrix that carries `from` to `to`. */
export function affineAbout(matrix: Matrix3, from: AffineLps['offset'], to: AffineLps['offset']): AffineLps {
  const [x, y, z] = transform3(matrix, from);
  return { matrix, offset: [to[0] - x, to[1] - y, to[2] - z] };
}

/** Continuous index -> LPS point of a grid. */
export function gridToLps({ direction, spacing, origin }: Geometry): AffineLps {
  const matrix = direction.map((entry, i) => entry * spacing[i % 3]) as unknown as Matrix3;
  return { matrix, offset: origin };
}

/** `[m00 ... m22, ox, oy, oz]`. */
export const affineNumbers = ({ matrix, offset }: AffineLps): Float64Array<ArrayBuffer> =>
  Float64Array.of(...matrix, ...offset);

export function affineOf(numbers: Float64Array): AffineLps {
  return {
    matrix: [...numbers.subarray(0, 9)] as unknown as Matrix3,
    offset: [numbers[9], numbers[10], numbers[11]],
  };
}
