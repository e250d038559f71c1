/** Writes an affine as ITK does. */
import type { AffineLps } from '../../imaging/space/geometry.js';
import { formatMatlab } from './matlab.js';
import type { StoredTransform } from './stored-transform.js';
import { formatText } from './text.js';

/**
 * The centre is 0, so that the translation is the offset itself and reading gives back the very same numbers. About any
 * other centre (ANTs takes the fixed image's) the translation would be rounded, and the map with it.
 */
const stored = ({ matrix, offset }: AffineLps): StoredTransform => ({
  type: 'AffineTransform_double_3_3',
  parameters: [...matrix, ...offset],
  fixed: [0, 0, 0],
});

/** MATLAB level 4, little-endian, as antsRegistration's `0GenericAffine.mat`. */
export const matlabFile = (affine: AffineLps): Uint8Array => formatMatlab(stored(affine));

/** "Insight Transform File V1.0", as 3D Slicer's `.tfm`. */
export const textFile = (affine: AffineLps): string => formatText(stored(affine));
