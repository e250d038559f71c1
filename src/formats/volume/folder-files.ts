/** The files of an image that is a folder: what they are called, how large they are and when they were written. */
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { inputError } from '../../core/errors.js';

export interface FolderFile {
  /** Relative to the folder, with `/`. */
  readonly name: string;
  readonly size: bigint;
  readonly mtimeNs: bigint;
}

/** A scan has some hundred slices, in a folder of its own or a few below it; a folder of other things must not hold up a run. */
const FILES_MOST = 10_000;
const DEPTH_MOST = 8;

/**
 * Every regular file, and what links lead to one, sorted by name.
 * @throws LungflowError `folder-too-large`; system errors
 */
export async function folderFiles(folder: string): Promise<readonly FolderFile[]> {
  const files: FolderFile[] = [];
  await collect(folder, '', 1, files);
  return files.sort((a, b) => (a.name < b.name ? -1 : 1));
}

async function collect(folder: string, within: string, depth: number, files: FolderFile[]): Promise<void> {
  if (depth > DEPTH_MOST) throw tooLarge(`folders ${DEPTH_MOST} deep`);
  for (const entry of await readdir(join(folder, within), { withFileTypes: true })) {
    const name = within + entry.name;
    if (entry.isDirectory()) await collect(folder, `${name}/`, depth + 1, files);
    else {
      const found = await stat(join(folder, name), { bigint: true }).catch(() => undefined); // a link to nowhere
      if (!found?.isFile()) continue;
      if (files.length === FILES_MOST) throw tooLarge(`${FILES_MOST} files`);
      files.push({ name, size: found.size, mtimeNs: found.mtimeNs });
    }
  }
}

const tooLarge = (what: string) =>
  inputError(
    'folder-too-large',
    `The folder holds more than ${what}: more than one scan has.`,
    'Name the folder that holds this scan alone.',
  );
