/** Whether a scan can be read, told before work starts: without its path, which may name a patient. */
import { access, constants, stat } from 'node:fs/promises';
import { inputError, resourceError, type LungflowError } from '../../core/errors.js';

/** @param place where the file was named (`line 3 of dataset.csv`). Never throws. */
export async function checkScanFile(path: string, place: string): Promise<LungflowError | undefined> {
  try {
    const found = await stat(path);
    if (found.isDirectory())
      return inputError('not-a-file', `The scan on ${place} is a directory.`, 'Name the image file itself.');
    if (!found.isFile())
      return inputError('not-a-file', `The scan on ${place} is no regular file.`, 'Name an image file.');
    if (found.size === 0)
      return inputError('file-empty', `The scan on ${place} is an empty file.`, 'Copy or convert it again.');
    await access(path, constants.R_OK);
    return undefined;
  } catch (thrown) {
    return explain((thrown as NodeJS.ErrnoException).code ?? 'unknown', place);
  }
}

function explain(code: string, place: string): LungflowError {
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return inputError(
        'file-missing',
        `The scan on ${place} is not there.`,
        'Correct the path: a relative one starts at the manifest’s directory.',
      );
    case 'EACCES':
    case 'EPERM':
      return resourceError(
        'permission-denied',
        `The scan on ${place} may not be opened.`,
        'Give this user the permission to read it.',
      );
    default:
      return inputError(
        'file-unreadable',
        `The scan on ${place} cannot be read (${code}).`,
        'Check the path and the file system.',
      );
  }
}
