/**
 * What a subject's stored results were made from: results whose key has changed are computed again. What the manifest merely
 * carries beside them has a key of its own: where that has changed, rows are kept, with the columns as they are now.
 */
import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import pLimit from 'p-limit';
import type { FolderSource } from '../core/image-source.js';
import type { Subject } from '../core/subject.js';
import { folderFiles } from '../formats/volume/folder-files.js';

/**
 * Keys by sid; none for a subject whose image is not there.
 * @param columns of the manifest on which results depend
 */
export async function inputKeys(
  subjects: readonly Subject[],
  columns: ReadonlySet<string>,
): Promise<ReadonlyMap<string, string>> {
  const limit = pLimit(16);
  const keys = await limit.map(
    [...subjects],
    async (subject) => [subject.sid, await inputKey(subject, columns)] as const,
  );
  return new Map(keys.filter((entry): entry is readonly [string, string] => entry[1] !== undefined));
}

/**
 * Hash of the sid, the row's text in those columns, and size and modification time of the image and of every file that
 * such a column names (a mask drawn anew under the same name counts). Of an image that is a folder: those of its files.
 */
async function inputKey(subject: Subject, wanted: ReadonlySet<string>): Promise<string | undefined> {
  const { image: source } = subject;
  const image = source.kind === 'file' ? await fileState(source.path) : await folderState(source);
  if (image === undefined) return undefined;
  const columns = await Promise.all(
    dependedOn(subject, wanted).map(async ([name, text]) => {
      const path = subject.path(name);
      return [name, text, path === undefined ? null : ((await fileState(path)) ?? null)];
    }),
  );
  return hashOf([subject.sid, image, columns]);
}

/** The columns that are carried, in the manifest's order. */
export const carriedKey = ({ columns }: Subject, carried: readonly string[]): string =>
  hashOf(carried.map((name) => [name, columns[name] ?? '']));

const dependedOn = ({ columns }: Subject, wanted: ReadonlySet<string>): [string, string][] =>
  Object.entries(columns)
    .filter(([name]) => wanted.has(name))
    .sort(([a], [b]) => (a < b ? -1 : 1));

const hashOf = (value: unknown): string => createHash('sha256').update(JSON.stringify(value)).digest('hex');

async function fileState(path: string): Promise<string | undefined> {
  try {
    const state = await stat(path, { bigint: true });
    return state.isFile() ? `${state.size} ${state.mtimeNs}` : undefined;
  } catch {
    return undefined;
  }
}

async function folderState({ path, series }: FolderSource): Promise<unknown> {
  try {
    const files = await folderFiles(path);
    return [series ?? null, files.map(({ name, size, mtimeNs }) => `${name} ${size} ${mtimeNs}`)];
  } catch {
    return undefined; // why, the manifest's check has told
  }
}
