/** The directory that a run, or a stage of it, writes to. */
import { constants } from 'node:fs';
import { access, mkdir } from 'node:fs/promises';
import { usageError } from '../core/errors.js';

/**
 * @returns whether it was not there before
 * @throws LungflowError `output-not-a-directory` when a file stands in its place, `output-unwritable`
 */
export async function makeOutputDirectory(path: string): Promise<boolean> {
  try {
    const made = await mkdir(path, { recursive: true });
    await access(path, constants.W_OK | constants.X_OK);
    return made !== undefined;
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (['EEXIST', 'ENOTDIR'].includes(code))
      throw usageError(
        'output-not-a-directory',
        `The output ${path} cannot be made: a file stands in its place.`,
        'Choose another `out`.',
      );
    if (['EACCES', 'EPERM', 'EROFS'].includes(code))
      throw usageError(
        'output-unwritable',
        `The output ${path} may not be written to (${code}).`,
        'See to its permissions, or choose another `out`.',
      );
    throw error;
  }
}
