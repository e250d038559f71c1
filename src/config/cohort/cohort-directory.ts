/** A directory in place of a manifest: the stage that knows it as its own, and the subjects it finds there. */
import { stat } from 'node:fs/promises';
import type { DirectoryCohort } from '../../core/stage.js';
import type { Subject } from '../../core/subject.js';
import { listNames } from '../yaml/nearest.js';
import type { Place, Problem } from '../yaml/problems.js';
import { subjectAt, unsafeSid } from './subject-row.js';

export const isDirectory = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );

/** Asks in turn. @returns undefined, and why in `problems`, where nobody knows the directory or its subjects are wrong. */
export async function askWhoKnows<K extends { readonly startsFrom: DirectoryCohort }>(
  directory: string,
  at: Place,
  candidates: readonly K[],
  problems: Problem[],
): Promise<{ knows: K; subjects: readonly Subject[] } | undefined> {
  const refuse = (found: string, expected: string): undefined => {
    problems.push({ ...at, found, expected });
  };
  try {
    for (const knows of candidates) {
      const { about } = knows.startsFrom;
      const found = await knows.startsFrom.find(directory);
      if (!found) continue;
      if (found.length === 0) return refuse('a directory without a subject', about);
      const unsafe = found.map(({ sid }) => unsafeSid(sid)).find((wrong) => wrong !== undefined);
      if (unsafe) return refuse(`a file named for ${unsafe.found}`, unsafe.expected);
      const subjects = found.map((row, index) => subjectAt(directory, { ...row, index, line: index + 1 }));
      return { knows, subjects };
    }
  } catch (thrown) {
    const { code = 'an unknown failure' } = thrown as NodeJS.ErrnoException;
    return refuse(`a directory that cannot be read (${code})`, 'a readable one');
  }
  const known = candidates.map(({ startsFrom }) => startsFrom.about);
  const directories = known.length > 0 ? `, or a directory with ${listNames(known)}` : '';
  return refuse('a directory that no stage knows how to start from', `a manifest${directories}`);
}
