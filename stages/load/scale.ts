/** What a header tells about the memory a scan will take. */
import type { Scale } from '../../src/core/stage.js';
import { isSurelyInt16, type NiftiHeader } from '../../src/formats/nifti/index.js';
import { voxelCount } from '../../src/imaging/volume.js';

/** Chunks under way while a file is read and inflated. */
const READING_BYTES = 8 << 20;

/**
 * `size*` and `spacing*Mm` along the file's axes; `voxels` of the native grid; `isoVoxels` of the 1 mm grid, unpadded (spec section 4); `ctBytes` at most;
 * `ctWorkingBytes` beside them while reading: what has been read as int16 when the first value needs float32.
 */
export function scaleOf(
  header: NiftiHeader,
): Scale & Record<'voxels' | 'isoVoxels' | 'ctBytes' | 'ctWorkingBytes', number> {
  const { size, spacing } = header.geometry;
  const voxels = voxelCount(header.geometry);
  const small = isSurelyInt16(header);
  return {
    sizeX: size[0],
    sizeY: size[1],
    sizeZ: size[2],
    spacingXMm: spacing[0],
    spacingYMm: spacing[1],
    spacingZMm: spacing[2],
    voxels,
    isoVoxels:
      Math.floor(size[0] * spacing[0]) *
      Math.floor(size[1] * spacing[1]) *
      Math.floor((size[2] - 1) * spacing[2]),
    ctBytes: small ? 2 * voxels : 4 * voxels,
    ctWorkingBytes: READING_BYTES + (small ? 0 : 2 * voxels),
  };
}
