/** NIfTI as one of the formats of image volumes. */
import { permutes } from '../../imaging/space/reorient.js';
import { voxelCount } from '../../imaging/space/volume.js';
import { hasExtension } from '../volume/has-extension.js';
import type { VolumeFormat } from '../volume/volume-format.js';
import { isNiftiHeader } from './header.js';
import { readNifti, readNiftiHeader } from './read.js';
import { storedInOrder } from './stored-in-order.js';
import { isSurelyInt16 } from './voxel-sink.js';

/** Chunks under way while a file is read and inflated. */
const READING_BYTES = 8 << 20;

const EXTENSIONS = ['.nii', '.nii.gz'];

export const niftiFormat: VolumeFormat = {
  name: 'NIfTI',
  extensions: EXTENSIONS,
  claims: ({ kind, path }) => kind === 'file' && hasExtension(path, EXTENSIONS),
  recognises: isNiftiHeader,
  async readHeader({ path }, order) {
    const header = await readNiftiHeader(path);
    const { geometry, change } = storedInOrder(header, order);
    const voxels = voxelCount(geometry);
    const small = isSurelyInt16(header);
    const voxelBytes = small ? 2 * voxels : 4 * voxels;
    // What has been read as int16 when the first value needs float32; then a second copy where axes change places.
    const copyBytes = change && permutes(change) ? voxelBytes : 0;
    return {
      geometry,
      voxelBytes,
      workingBytes: READING_BYTES + Math.max(small ? 0 : 2 * voxels, copyBytes),
    };
  },
  readVolume: ({ path }, order) => readNifti(path, order),
};
