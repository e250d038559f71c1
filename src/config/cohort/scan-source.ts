/** Where a scan lies and whether it can be read, told before work starts: without its path, which may name a patient. */
import type { Stats } from 'node:fs';
import { access, constants, stat } from 'node:fs/promises';
import { inputError, LungflowError, resourceError } from '../../core/errors.js';
import { fileSource, folderSource, type FolderSource, type ImageSource } from '../../core/image-source.js';
import { unusable } from '../../core/unusable.js';
import { folderFiles } from '../../formats/volume/folder-files.js';
import { formatClaiming, nameTheFile } from '../../formats/volume/format-of.js';

/**
 * A file may be in any format, which is told when it is read; a folder must be one that a format claims.
 * @param path absolute
 * @param place where it was named (`line 3 of dataset.csv`)
 * @param series which of the images in it, where it is a folder. Never throws.
 */
export async function findScan(
  path: string,
  place: string,
  series?: string,
): Promise<{ source: ImageSource } | { error: LungflowError }> {
  try {
    const found = await stat(path);
    const source = found.isDirectory() ? folderSource(path, series) : fileSource(path);
    if (source.kind === 'folder') await requireScanFolder(source, place);
    else requireScanFile(found, place);
    await access(path, constants.R_OK);
    return { source };
  } catch (thrown) {
    if (thrown instanceof LungflowError) return { error: thrown };
    return { error: explain((thrown as NodeJS.ErrnoException).code ?? 'unknown', path, place) };
  }
}

async function requireScanFolder(source: FolderSource, place: string): Promise<void> {
  if (!formatClaiming(source))
    throw inputError('not-a-file', `The scan on ${place} is a directory.`, nameTheFile());
  await folderFiles(source.path).catch((thrown: unknown) => {
    if (!(thrown instanceof LungflowError)) throw thrown;
    throw unusable(`The scan on ${place}`, thrown);
  });
}

function requireScanFile(found: Stats, place: string): void {
  if (!found.isFile())
    throw inputError('not-a-file', `The scan on ${place} is no regular file.`, 'Name an image file.');
  if (found.size === 0)
    throw inputError('file-empty', `The scan on ${place} is an empty file.`, 'Copy or convert it again.');
}

/** What a shell would have expanded, or a browser taken off; of the path no more than leads up to it is told. */
const UNEXPANDED = /^(.*?[/\\](\$\w+|\$\{\w+\}|~\w*|file:))([/\\]|$)/;

function explain(code: string, path: string, place: string): LungflowError {
  const [, upTo, part] = UNEXPANDED.exec(path) ?? [];
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      if (upTo !== undefined && part !== undefined)
        return inputError(
          'file-missing',
          `The scan on ${place} is not there: \`${part}\` is taken to the letter, as a folder ${upTo}.`,
          'Write the path out; only `~/` at its beginning stands for another, your home.',
        );
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
