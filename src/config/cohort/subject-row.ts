/** What the two kinds of cohort, a manifest and a directory, make of a row: a subject, its sid safe, its paths absolute. */
import { fileSource } from '../../core/image-source.js';
import { isNoNumber } from '../../core/missing-value.js';
import { resolvePath } from '../../core/resolve-path.js';
import type { Subject } from '../../core/subject.js';

const MAX_SID = 128;
/** Why a sid is not fit to be part of a file's name. It is told without repeating it: it might be a patient's name. */
export function unsafeSid(sid: string): { found: string; expected: string } | undefined {
  const expected = `letters, digits, \`.\`, \`_\` and \`-\`, at most ${MAX_SID}`;
  if (sid === '') return { found: 'an empty sid', expected };
  if (sid.length > MAX_SID) return { found: `a sid of ${sid.length} characters`, expected };
  if (sid === '.' || sid === '..') return { found: `the sid \`${sid}\``, expected };
  const [character] = /[^A-Za-z0-9._-]/u.exec(sid) ?? [];
  if (character === undefined) return undefined;
  return { found: `a sid with the character ${JSON.stringify(character)}`, expected };
}

/** A subject as its row is written: the image's path not yet made absolute or looked at. */
export type SubjectRow = Omit<Subject, 'path' | 'image'> & { readonly image: string };

/**
 * Its image is taken for a file until somebody looks.
 * @param directory that relative paths start from
 */
export function subjectAt(directory: string, row: SubjectRow): Subject {
  const { columns, image } = row;
  const absolute = (path: string) => resolvePath(directory, path);
  return {
    ...row,
    image: fileSource(absolute(image)),
    path: (column) => {
      const written = Object.hasOwn(columns, column) ? (columns[column] ?? '').trim() : '';
      return isNoNumber(written) ? undefined : absolute(written);
    },
  };
}
