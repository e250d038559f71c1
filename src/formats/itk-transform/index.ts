/** Affine transforms in the files of ITK, ANTs, 3D Slicer and ITK-SNAP. */
export { readItkTransform } from './read.js';
export { matlabFile, textFile } from './write.js';
