/** Where a subject's three files lie: found in a directory, or named by a manifest's columns. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { inputError, LungflowError } from '../../src/core/errors.js';
import type { FoundSubject } from '../../src/core/stage.js';
import type { Subject } from '../../src/core/subject.js';
import { unusable } from '../../src/core/unusable.js';
import { fileOf, folderOf, sidOf } from '../../src/formats/patch-files.js';

const PATCH = folderOf('patches');
const CORNERS = folderOf('corners');
const ADJACENCY = folderOf('adjacency');

export const LAYOUT = [PATCH, CORNERS, ADJACENCY]
  .map((folder) => `${folder}/${fileOf(folder, 'SID')}`)
  .join(', ');

/** Columns of the manifest that name what belongs to `image`, the file of the patches. */
export const PARTNER_COLUMNS = [CORNERS, ADJACENCY] as const;

/** Absolute paths. */
export interface PatchFiles {
  readonly patch: string;
  readonly corners: string;
  readonly adjacency: string;
}

/** A subject for each file of patches, by sid; undefined when the directory has no folder for them. */
export async function findPatchFiles(directory: string): Promise<readonly FoundSubject[] | undefined> {
  const names = await readdir(join(directory, PATCH)).catch((error: unknown) => {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  });
  if (!names) return undefined;
  const listed = new Set(names);
  // macOS leaves `._NAME` beside NAME on other systems' disks.
  const own = names.filter((name) => !(name.startsWith('._') && listed.has(name.slice(2))));
  const sids = own.map((name) => sidOf(PATCH, name)).filter((sid) => sid !== undefined);
  const place = (folder: string, sid: string) => `${folder}/${fileOf(folder, sid)}`;
  return sids.sort().map((sid) => ({
    sid,
    image: place(PATCH, sid),
    columns: Object.fromEntries(PARTNER_COLUMNS.map((folder) => [folder, place(folder, sid)])),
  }));
}

export function patchFilesOf(subject: Subject): PatchFiles {
  const partner = (column: string): string => {
    const path = subject.path(column);
    if (path !== undefined) return path;
    throw inputError(
      'column-empty',
      `The input names no file in column "${column}" for this subject.`,
      `Start from a directory with ${LAYOUT}, or from a manifest with the columns image, ${PARTNER_COLUMNS.join(' and ')}.`,
    );
  };
  return { patch: subject.image.path, corners: partner(CORNERS), adjacency: partner(ADJACENCY) };
}

/** What went wrong with one of the files, in words that name it but not where it lies. */
export async function readingFile<T>(kind: keyof PatchFiles, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (thrown) {
    if (!(thrown instanceof LungflowError) || thrown.kind !== 'input') throw thrown;
    if (thrown.code === 'file-missing')
      throw inputError(
        'file-missing',
        `The subject's ${kind} file is not there.`,
        `Each subject needs three files: ${LAYOUT}.`,
      );
    throw unusable(`The subject's ${kind} file`, thrown);
  }
}
