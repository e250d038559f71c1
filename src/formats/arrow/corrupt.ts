import { LungflowError, resourceError } from '../../core/errors.js';

/** What a reader threw over a file's contents, typed; system errors (permissions, a failing disk) stay what they are. */
export function tableCorrupt(path: string, cause?: unknown): Error {
  if (cause instanceof LungflowError || (cause instanceof Error && 'syscall' in cause)) return cause;
  return resourceError(
    'table-corrupt',
    `The file ${path} is not a whole table of lungflow.`,
    'Move it elsewhere or delete it, then run the same command again: only its rows are computed again.',
    cause,
  );
}
