/** What the header of a file of patches tells about the memory its subject will take. */
import { inputError, type LungflowError } from '../../src/core/errors.js';
import type { Scale } from '../../src/core/stage.js';
import { readNpyShape } from '../../src/formats/npy.js';
import { PATCH_EDGE } from '../../src/imaging/atlas/atlas.js';
import { readingFile } from './patch-files.js';

/** `patches`: how many; `fileBytes`: of the file, whose numbers may be wider than ours. */
export const measurePatches = (
  path: string,
): Promise<Scale & Readonly<Record<'patches' | 'fileBytes', number>>> =>
  readingFile('patch', async () => {
    const { shape, bytes } = await readNpyShape(path);
    return { patches: countPatches(shape), fileBytes: bytes };
  });

/** @throws LungflowError `patches-shape` */
export function countPatches(shape: readonly number[]): number {
  const [count, ...edges] = shape;
  if (edges.length === 3 && edges.every((edge) => edge === PATCH_EDGE) && count > 0) return count;
  throw wrongShape(shape, `[patches, ${PATCH_EDGE}, ${PATCH_EDGE}, ${PATCH_EDGE}]`);
}

export const wrongShape = (shape: readonly number[], wanted: string): LungflowError =>
  inputError(
    'patches-shape',
    `Its array is [${shape.join(', ')}], not ${wanted}.`,
    'Cut the patches of this subject again: the three files must be of one run.',
  );
