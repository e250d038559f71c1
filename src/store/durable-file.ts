/** Files that appear only when whole: temporary name, fsync, rename, fsync of the directory. What is written to may be lost on the way. */
import { appendFile, open, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { resourceError } from '../core/errors.js';

export type FileContent = string | Uint8Array | Iterable<Uint8Array> | AsyncIterable<Uint8Array>;

let written = 0;

/** A name of this process's own, which `removeTemporaries` knows. */
export const temporaryBeside = (path: string): string =>
  join(dirname(path), `.${basename(path)}.${process.pid}-${++written}.tmp`);

/**
 * Writes or replaces a file; on any failure the old file still stands and the temporary one is gone.
 * @throws LungflowError `output-lost`; other errors of the file system as they are
 */
export async function writeDurably(path: string, content: FileContent): Promise<void> {
  const temporary = temporaryBeside(path);
  try {
    const file = await open(temporary, 'wx');
    try {
      await writeFile(file, content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined); // the first failure is the one to tell
    throw asLost(path, error);
  }
  await syncDirectory(dirname(path));
}

/** Adds to a file's end; when it returns, the addition survives a crash. */
export async function appendDurably(path: string, content: string): Promise<void> {
  try {
    await appendFile(path, content, { flush: true });
  } catch (error) {
    throw asLost(path, error);
  }
}

const LOST = ['EACCES', 'EPERM', 'EROFS', 'ENOENT', 'ENOTDIR', 'EIO', 'ESTALE', 'ENXIO', 'ENODEV'];

/** The directory is gone, or may not be written to any more: no subject's fault, and the same for all that are left. */
function asLost(path: string, error: unknown): unknown {
  const { code = '' } = error as NodeJS.ErrnoException;
  if (!LOST.includes(code)) return error;
  return resourceError(
    'output-lost',
    `Nothing can be written to the directory ${dirname(path)} (${code}).`,
    'See to its permissions, its disk or its network; then the same command resumes.',
    error,
  );
}

/** Makes renames and removals in a directory survive a crash. */
export async function syncDirectory(path: string): Promise<void> {
  if (process.platform === 'win32') return; // directories cannot be opened there
  const directory = await open(path, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

/** Removes what killed writers left behind. Only for a directory that no other process writes to. */
export async function removeTemporaries(directory: string): Promise<void> {
  const names = await readdir(directory);
  const stale = names.filter((name) => /^\..+\.\d+-\d+\.tmp$/.test(name));
  await Promise.all(stale.map((name) => rm(join(directory, name), { force: true })));
}
