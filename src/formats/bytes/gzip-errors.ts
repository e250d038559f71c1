/** What can be wrong with a gzip file. */
import { inputError, type LungflowError } from '../../core/errors.js';

export const gzipTruncated = (cause?: unknown): LungflowError =>
  inputError('gzip-truncated', 'The compressed file ends too early.', 'Copy it again: it is cut off.', cause);

export const gzipDamaged = (cause?: unknown): LungflowError =>
  inputError('gzip-damaged', 'The compressed data are damaged.', 'Copy or convert the file again.', cause);

/** An error of node:zlib's in these terms; nothing for any other. */
export function gzipError(thrown: unknown): LungflowError | undefined {
  switch ((thrown as NodeJS.ErrnoException).code) {
    case 'Z_BUF_ERROR':
      return gzipTruncated(thrown);
    case 'Z_DATA_ERROR':
    case 'Z_NEED_DICT':
      return gzipDamaged(thrown);
    default:
      return undefined;
  }
}
