/** What a path that a user wrote names: a file or a folder. */
import { stat } from 'node:fs/promises';
import { fileSource, folderSource, type ImageSource } from '../../core/image-source.js';

/** What is not there is taken for a file: whoever reads it tells what is wrong. @param path absolute */
export async function sourceAt(path: string): Promise<ImageSource> {
  const isFolder = await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
  return isFolder ? folderSource(path) : fileSource(path);
}
