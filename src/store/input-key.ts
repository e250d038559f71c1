/** What a subject's stored results were made from: results whose key has changed are computed again. */
import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import pLimit from 'p-limit';
import type { Subject } from '../core/subject.js';

/** Keys by sid; none for a subject whose image is not there. */
export async function inputKeys(subjects: readonly Subject[]): Promise<ReadonlyMap<string, string>> {
  const limit = pLimit(16);
  const keys = await limit.map(
    [...subjects],
    async (subject) => [subject.sid, await inputKey(subject)] as const,
  );
  return new Map(keys.filter((entry): entry is readonly [string, string] => entry[1] !== undefined));
}

/**
 * Hash of the sid, the manifest row's columns, and size and modification time of the image and of every file that
 * a column names (a mask drawn anew under the same name counts).
 */
async function inputKey(subject: Subject): Promise<string | undefined> {
  const image = await fileState(subject.image);
  if (image === undefined) return undefined;
  const columns = await Promise.all(
    Object.entries(subject.columns).map(async ([name, text]) => {
      const path = /[./\\]/.test(text) ? subject.path(name) : undefined;
      return [name, text, path === undefined ? null : ((await fileState(path)) ?? null)];
    }),
  );
  return createHash('sha256')
    .update(JSON.stringify([subject.sid, image, columns]))
    .digest('hex');
}

async function fileState(path: string): Promise<string | undefined> {
  try {
    const state = await stat(path, { bigint: true });
    return state.isFile() ? `${state.size} ${state.mtimeNs}` : undefined;
  } catch {
    return undefined;
  }
}
