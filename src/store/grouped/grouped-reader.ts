/** Reads grouped patches: for each location an array, a row a subject. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LungflowError, resourceError, toLungflowError, usageError } from '../../core/errors.js';
import { readNpyRows, readNpyShape } from '../../formats/npy.js';
import { arrayFile, SUBJECTS_FILE } from './arrays.js';

/** What `group` wrote: one array for each landmark, and whose rows they are. */
export interface Grouped {
  /** Whose the rows are, the same in every array. */
  readonly sids: readonly string[];
  /** `[subjects, z, y, x]` @throws LungflowError `group-damaged`, which names the file */
  shape(location: number): Promise<readonly number[]>;
  /** A subject's patch after the other, HU; a few are in memory at once. @throws LungflowError `group-damaged` */
  rows(location: number): AsyncGenerator<Int16Array, void, void>;
}

/**
 * @param directory that a run has finished: `grouped_patch` in the output, unless the pipeline says otherwise
 * @throws LungflowError `not-grouped` where there is none, or a run has yet to finish it
 */
export async function openGrouped(directory: string): Promise<Grouped> {
  const sids = await readSids(directory);

  async function shape(location: number): Promise<readonly number[]> {
    const path = join(directory, arrayFile(location));
    const found = await readNpyShape(path).catch((cause: unknown) => {
      throw damaged(path, cause);
    });
    if (found.shape[0] !== sids.length) throw damaged(path);
    return found.shape;
  }

  async function* rows(location: number): AsyncGenerator<Int16Array, void, void> {
    const path = join(directory, arrayFile(location));
    await shape(location);
    for (let from = 0; from < sids.length; from += ROWS_AT_ONCE) {
      const to = Math.min(from + ROWS_AT_ONCE, sids.length);
      const { data } = await readNpyRows(path, from, to).catch((cause: unknown) => {
        throw damaged(path, cause);
      });
      if (!(data instanceof Int16Array)) throw damaged(path);
      const size = data.length / (to - from);
      for (let at = 0; at < data.length; at += size) yield data.subarray(at, at + size);
    }
  }

  return { sids, shape, rows };
}

/** 4 MB of patches of 32³ voxels. */
const ROWS_AT_ONCE = 64;

async function readSids(directory: string): Promise<readonly string[]> {
  const path = join(directory, SUBJECTS_FILE);
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw toLungflowError(error);
    throw usageError(
      'not-grouped',
      `The directory ${directory} holds no grouped patches.`,
      'Name the directory that `group` made inside the output; it appears when the run has come to its end.',
    );
  });
  const [head, ...lines] = text.split('\n');
  if (head !== 'sid' || lines.pop() !== '') throw damaged(path);
  return lines;
}

/** Of the disk's failures, their own. */
function damaged(path: string, cause?: unknown): LungflowError {
  const isContent = !(cause instanceof LungflowError) || /^(npy-|file-missing)/.test(cause.code);
  if (!isContent) return cause;
  return resourceError(
    'group-damaged',
    `The file ${path} is not there, or not an array with a row for each of the subjects.`,
    'Put it back, or delete its directory and run the pipeline again.',
    cause,
  );
}
