/** The formats of image volumes that are read: a new one is its folder and its line here. */
import { niftiFormat } from '../nifti/index.js';
import type { VolumeFormat } from './volume-format.js';

export const volumeFormats: readonly VolumeFormat[] = [niftiFormat];

/** `NIfTI (.nii, .nii.gz)` */
export const listFormats = (formats = volumeFormats): string =>
  formats.map(({ name, extensions }) => `${name} (${extensions.join(', ')})`).join('; ');
