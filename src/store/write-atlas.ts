/** Writes an atlas directory as `loadAtlas` reads it (reference sections 0 and 1). */
import { createReadStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { itemAt } from '../core/item-at.js';
import { ATLAS_CORNERS_FILE, ATLAS_MASK_FILE } from '../formats/atlas.js';
import { npyBytes } from '../formats/npy.js';
import type { Atlas } from '../imaging/atlas/atlas.js';
import { REFERENCE_MASK } from '../imaging/labels/label-schemes.js';
import { LEFT_LUNG, RIGHT_LUNG } from '../imaging/space/volume.js';
import { writeDurably } from './durable-file.js';
import { writeNifti } from './write-nifti.js';

const RIGHT_VALUE = itemAt(REFERENCE_MASK.right, 0);
const LEFT_VALUE = itemAt(REFERENCE_MASK.left, 0);

/**
 * @param maskFile copied byte for byte in place of the atlas's lungs, where a file already says them as an atlas does
 * @throws LungflowError and errors of the file system; RangeError for a grid that NIfTI-1 cannot express
 */
export async function writeAtlas(
  directory: string,
  { lungs: { voxels, geometry }, cornersXyz, count }: Atlas,
  maskFile?: string,
): Promise<void> {
  const path = join(directory, ATLAS_MASK_FILE);
  if (maskFile === undefined) {
    const mask = new Int16Array(new SharedArrayBuffer(2 * voxels.length));
    voxels.forEach(
      (label, at) => (mask[at] = label === RIGHT_LUNG ? RIGHT_VALUE : label === LEFT_LUNG ? LEFT_VALUE : 0),
    );
    await writeNifti(path, { voxels: mask, geometry });
  } else {
    await writeDurably(path, createReadStream(maskFile) as AsyncIterable<Uint8Array>);
  }
  try {
    const corners = BigInt64Array.from(cornersXyz, BigInt);
    await writeDurably(join(directory, ATLAS_CORNERS_FILE), npyBytes({ data: corners, shape: [count, 3] }));
  } catch (error) {
    await rm(path, { force: true }).catch(() => undefined); // half an atlas is none
    throw error;
  }
}
