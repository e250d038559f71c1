/** Voxel grids and their place in physical space. */
import type { Geometry } from './geometry.js';

/** Voxels in file order: x fastest, then y, then z (`index = x + nx * (y + ny * z)`). Backed by shared memory. */
export interface Volume<A extends VoxelArray = VoxelArray> {
  readonly voxels: A;
  readonly geometry: Geometry;
}

/** HU as whole numbers, HU, or labels. */
export type VoxelArray =
  Int16Array<SharedArrayBuffer> | Float32Array<SharedArrayBuffer> | Uint8Array<SharedArrayBuffer>;

/** CT in Hounsfield units: int16 where that is exact, float32 otherwise. */
export type CtVolume = Volume<Int16Array<SharedArrayBuffer> | Float32Array<SharedArrayBuffer>>;

/** Lung labels on the CT's grid: 0 = not lung, 1 = right lung, 2 = left lung (the patient's sides). */
export type LungLabels = Volume<Uint8Array<SharedArrayBuffer>>;
export const RIGHT_LUNG = 1;
export const LEFT_LUNG = 2;

/** Air, and whatever stands where nothing was measured: the lowest value that scanners store. */
export const AIR_HU = -1024;

/** Of a grid. */
export const voxelCount = ({ size }: Pick<Geometry, 'size'>): number => size[0] * size[1] * size[2];

/**
 * A volume of voxels that the caller has, copied to shared memory unless they lie there.
 * @throws RangeError when their number is not the grid's
 */
export function volumeOf<A extends Int16Array | Float32Array | Uint8Array>(
  voxels: A,
  geometry: Geometry,
): Volume<Shared<A>> {
  if (voxels.length !== voxelCount(geometry))
    throw new RangeError(`${voxels.length} voxels on a grid of ${geometry.size.join(' x ')}`);
  if (voxels.buffer instanceof SharedArrayBuffer) return { voxels: voxels as unknown as Shared<A>, geometry };
  const Kind = voxels.constructor as new (buffer: SharedArrayBuffer) => Shared<A>;
  const shared = new Kind(new SharedArrayBuffer(voxels.byteLength));
  shared.set(voxels);
  return { voxels: shared, geometry };
}

/** The same type of array, in shared memory. */
type Shared<A> = A extends Int16Array
  ? Int16Array<SharedArrayBuffer>
  : A extends Float32Array
    ? Float32Array<SharedArrayBuffer>
    : Uint8Array<SharedArrayBuffer>;
