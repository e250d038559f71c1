import type { Geometry, Matrix3, PointLps } from '../../src/imaging/space/geometry.js';
import { RIGHT_LUNG, LEFT_LUNG, type LungLabels } from '../../src/imaging/space/volume.js';

/** The sign of the grid's directions is wrong along these of the patient's axes: 0 = left-right, 1 = front-back, 2 = head-feet. */
export const LIES = { x: [0], y: [1], z: [2], xy: [0, 1], xz: [0, 2], yz: [1, 2], xyz: [0, 1, 2] } as const;

/** The same voxels under a header that lies so. */
export function mirroredHeader(geometry: Geometry, axes: readonly number[]): Geometry {
  const sign = (axis: number) => (axes.includes(axis) ? -1 : 1);
  const { direction, origin } = geometry;
  return {
    ...geometry,
    origin: origin.map((at, axis) => sign(axis) * at) as unknown as PointLps,
    direction: direction.map((d, i) => sign(Math.floor(i / 3)) * d) as unknown as Matrix3,
  };
}

/** The same voxels under a header that takes two of the patient's axes for one another. */
export function swappedHeader(geometry: Geometry, a: number, b: number): Geometry {
  const order = [0, 1, 2].map((axis) => (axis === a ? b : axis === b ? a : axis));
  const { direction, origin } = geometry;
  return {
    ...geometry,
    origin: order.map((axis) => origin[axis]) as unknown as PointLps,
    direction: order.flatMap((row) => direction.slice(3 * row, 3 * row + 3)) as unknown as Matrix3,
  };
}

/** Labels as a tool gives them that believes the header: by side of the image. */
export function exchanged({ voxels, geometry }: LungLabels): LungLabels {
  const other = new Uint8Array(new SharedArrayBuffer(voxels.length));
  voxels.forEach((label, i) => (other[i] = label === 0 ? 0 : RIGHT_LUNG + LEFT_LUNG - label));
  return { voxels: other, geometry };
}
