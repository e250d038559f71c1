/** What a header tells about the memory a scan will take. */
import type { Scale } from '../../src/core/stage.js';
import type { VolumeHeader } from '../../src/formats/volume/volume-format.js';
import { voxelCount } from '../../src/imaging/space/volume.js';

/**
 * `size*` and `spacing*Mm` along the CT's axes; `voxels` of the native grid; `isoVoxels` of the 1 mm grid, unpadded (reference section 4); `ctBytes` at most;
 * `ctWorkingBytes` beside them while reading.
 */
export function scaleOf({
  geometry,
  voxelBytes,
  workingBytes,
}: VolumeHeader): Scale & Record<'voxels' | 'isoVoxels' | 'ctBytes' | 'ctWorkingBytes', number> {
  const { size, spacing } = geometry;
  return {
    sizeX: size[0],
    sizeY: size[1],
    sizeZ: size[2],
    spacingXMm: spacing[0],
    spacingYMm: spacing[1],
    spacingZMm: spacing[2],
    voxels: voxelCount(geometry),
    isoVoxels:
      Math.floor(size[0] * spacing[0]) *
      Math.floor(size[1] * spacing[1]) *
      Math.floor((size[2] - 1) * spacing[2]),
    ctBytes: voxelBytes,
    ctWorkingBytes: workingBytes,
  };
}
