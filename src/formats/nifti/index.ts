/** NIfTI-1 and NIfTI-2, `.nii` and `.nii.gz`. */
export type { NiftiHeader } from './header.js';
export { niftiFormat } from './nifti-format.js';
export { readNifti, readNiftiHeader } from './read.js';
export { storedInOrder, type StoredInOrder } from './stored-in-order.js';
export { isSurelyInt16 } from './voxel-sink.js';
export { niftiBytes } from './write.js';
