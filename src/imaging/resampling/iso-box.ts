/** The part of the isotropic grid that patches need: made empty, and filled. */
import { boxOfGrid } from '../space/iso-grid.js';
import type { Geometry } from '../space/geometry.js';
import { AIR_HU, voxelCount, type CtVolume } from '../space/volume.js';
import type { NeededVoxels } from './needed-voxels.js';
import { resampleColumns } from './resample.js';

/** Air, in voxels of the scan's type. @param iso the whole isotropic grid, without padding */
export function emptyIsoBox(scan: CtVolume, iso: Geometry, needed: NeededVoxels): CtVolume {
  const geometry = boxOfGrid(iso, needed);
  const count = voxelCount(geometry);
  const voxels =
    scan.voxels instanceof Int16Array
      ? new Int16Array(new SharedArrayBuffer(2 * count))
      : new Float32Array(new SharedArrayBuffer(4 * count));
  voxels.fill(AIR_HU);
  return { voxels, geometry };
}

/** The whole box on this thread: cubic B-spline, HU clamped to [`AIR_HU`, `HIGHEST_HU`] (`resampleColumns`). */
export function resampleBox(scan: CtVolume, iso: Geometry, needed: NeededVoxels): CtVolume {
  const box = emptyIsoBox(scan, iso, needed);
  resampleColumns(scan, iso, needed, box.voxels, 0, box.geometry.size[0]);
  return box;
}
