/** The values that flow through the shipped stages, each with its one meaning. */
import { port } from '../src/core/port.js';
import type { Tensor } from '../src/core/tensor.js';
import type { AffineLps, Geometry } from '../src/imaging/space/geometry.js';
import { HIGHEST_HU } from '../src/imaging/space/iso-grid.js';
import { AIR_HU, type CtVolume, type LungLabels, type Volume } from '../src/imaging/space/volume.js';

export const ct = port<CtVolume>('CtVolume', 'CT on its native grid, HU');
export const lungs = port<LungLabels>('LungLabels', 'lung labels: 1 = right, 2 = left');
export const atlasToSubject = port<AffineLps>('AffineLps', 'maps atlas points to subject points, LPS mm');
export const landmarksLps = port<Tensor<Float64Array<SharedArrayBuffer>>>(
  'Tensor<float64>',
  'atlas patch corners mapped into the subject, [patches, (x, y, z)], LPS mm',
);
export const isoCt = port<IsoCt>(
  'IsoCt',
  `CT at 1 mm, HU clamped to [${AIR_HU}, ${HIGHEST_HU}], only the box that patches need`,
);
export const patches = port<Tensor<Int16Array<SharedArrayBuffer>>>('Tensor<int16>', '[patches, z, y, x], HU');
export const corners = port<Tensor<Int32Array<SharedArrayBuffer>>>(
  'Tensor<int32>',
  'low corner of each patch, [patches, (x, y, z)], voxels of the padded 1 mm grid',
);
export const adjacency = port<Tensor<Float64Array<SharedArrayBuffer>>>(
  'Tensor<float64>',
  'shared share of each pair of patches, [patches, patches], 0 to 1',
);
export const nodes = port<Tensor<Float32Array<SharedArrayBuffer>>>(
  'Tensor<float32>',
  'patch features, [patches, 128], or as many as a model of the user’s gives',
);
export const embedding = port<Tensor<Float32Array<SharedArrayBuffer>>>(
  'Tensor<float32>',
  'subject vector, [128]',
);

/** A box of the padded 1 mm grid. */
export interface IsoCt {
  /** The box's voxels: int16 HU, or float32 where the CT was float32. */
  readonly box: Volume<Int16Array<SharedArrayBuffer> | Float32Array<SharedArrayBuffer>>;
  /** Where the box's first voxel lies on the padded grid. */
  readonly lowXyz: readonly [number, number, number];
  /** The whole padded grid: outside the box it is air, or no patch needs it. */
  readonly grid: Geometry;
}
