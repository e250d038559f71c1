/** What a header tells about the memory a scan will take. */
import type { Scale } from '../../src/core/stage.js';
import { isSurelyInt16, storedInOrder, type NiftiHeader } from '../../src/formats/nifti/index.js';
import { permutes } from '../../src/imaging/space/reorient.js';
import type { StorageOrder } from '../../src/imaging/space/storage-order.js';
import { voxelCount } from '../../src/imaging/space/volume.js';

/** Chunks under way while a file is read and inflated. */
const READING_BYTES = 8 << 20;

/**
 * `size*` and `spacing*Mm` along the CT's axes; `voxels` of the native grid; `isoVoxels` of the 1 mm grid, unpadded (reference section 4); `ctBytes` at most;
 * `ctWorkingBytes` beside them while reading: what has been read as int16 when the first value needs float32; then a
 * second copy where axes change places.
 * @param order to which the CT is brought
 */
export function scaleOf(
  header: NiftiHeader,
  order?: StorageOrder,
): Scale & Record<'voxels' | 'isoVoxels' | 'ctBytes' | 'ctWorkingBytes', number> {
  const { geometry, change } = storedInOrder(header, order);
  const { size, spacing } = geometry;
  const voxels = voxelCount(geometry);
  const small = isSurelyInt16(header);
  const ctBytes = small ? 2 * voxels : 4 * voxels;
  const copyBytes = change && permutes(change) ? ctBytes : 0;
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
    ctBytes,
    ctWorkingBytes: READING_BYTES + Math.max(small ? 0 : 2 * voxels, copyBytes),
  };
}
