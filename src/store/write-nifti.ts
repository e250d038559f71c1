/** Writes NIfTI-1 files. */
import { toLungflowError } from '../core/errors.js';
import { niftiBytes } from '../formats/nifti/index.js';
import type { Volume } from '../imaging/space/volume.js';
import { writeDurably } from './durable-file.js';

/**
 * Zipped when the name ends in `.gz`. The file appears whole or not at all.
 * @throws LungflowError of the file system; RangeError for a grid that NIfTI-1 cannot express
 */
export async function writeNifti(path: string, volume: Volume): Promise<void> {
  const bytes = niftiBytes(volume, { gzip: path.endsWith('.gz') });
  try {
    await writeDurably(path, bytes);
  } catch (thrown) {
    throw toLungflowError(thrown);
  }
}
