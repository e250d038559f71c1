/** The directory that a stage writes to. */
import { mkdir } from 'node:fs/promises';
import { usageError } from '../core/errors.js';

/** @throws LungflowError `output-not-a-directory` when a file stands in its place */
export async function makeOutputDirectory(path: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true });
  } catch (error) {
    if (!['EEXIST', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    throw usageError(
      'output-not-a-directory',
      `The output ${path} cannot be made: a file stands in its place.`,
      'Choose another `out`.',
    );
  }
}
