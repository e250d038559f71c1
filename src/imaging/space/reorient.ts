/** The same voxels at the same place, stored in another order: whole axes are exchanged and reversed, nothing is interpolated. */
import { anatomicalAxes } from './anatomical-axes.js';
import { indexToPoint, type Geometry, type Matrix3 } from './geometry.js';
import { permuteVoxels, reverseAxis } from './reorder-voxels.js';
import { axesOf, type StorageOrder } from './storage-order.js';
import type { Volume, VoxelArray } from './volume.js';

type Triple<T> = readonly [T, T, T];
type Axis = 0 | 1 | 2;

/** New index axis a is old axis `axes[a]`, reversed where `reversed[a]`. */
export interface Reorientation {
  readonly axes: Triple<Axis>;
  readonly reversed: Triple<boolean>;
}

/** What brings a grid to that order; undefined when it is in it. */
export function reorientation(geometry: Geometry, order: StorageOrder): Reorientation | undefined {
  const anatomical = anatomicalAxes(geometry);
  const wanted = axesOf(order).map(({ patient, reversed }) => {
    const { axis, flipped } = anatomical[patient];
    return { axis, reversed: flipped !== reversed };
  });
  if (wanted.every(({ axis, reversed }, a) => axis === a && !reversed)) return undefined;
  return {
    axes: [wanted[0].axis, wanted[1].axis, wanted[2].axis],
    reversed: [wanted[0].reversed, wanted[1].reversed, wanted[2].reversed],
  };
}

/** Axes change places: voxels cannot stay in the same memory. */
export const permutes = ({ axes }: Reorientation): boolean => axes.some((axis, a) => axis !== a);

export function reorientGeometry(geometry: Geometry, { axes, reversed }: Reorientation): Geometry {
  const { size, spacing, direction: d } = geometry;
  const first: [number, number, number] = [0, 0, 0];
  axes.forEach((axis, a) => (first[axis] = reversed[a] ? size[axis] - 1 : 0));
  const row = (patient: number) =>
    axes.map((axis, a) => (reversed[a] ? 0 - d[3 * patient + axis] : d[3 * patient + axis]));
  return {
    size: [size[axes[0]], size[axes[1]], size[axes[2]]],
    spacing: [spacing[axes[0]], spacing[axes[1]], spacing[axes[2]]],
    origin: indexToPoint(geometry, first),
    direction: [0, 1, 2].flatMap(row) as unknown as Matrix3,
  };
}

/** Reverses the volume's own voxels where no axes change places; otherwise copies them. @param geometry of the result */
export function reorientVolume<A extends VoxelArray>(
  { voxels, geometry: { size } }: Volume<A>,
  { axes, reversed }: Reorientation,
  geometry: Geometry,
): Volume<A> {
  if (permutes({ axes, reversed })) return { voxels: permuteVoxels(voxels, size, axes, reversed), geometry };
  reversed.forEach((is, axis) => is && reverseAxis(voxels, size, axis as Axis));
  return { voxels, geometry };
}
