/** `--only a,b,c`, `--only @file`: the subjects that are named. */
import { readFile } from 'node:fs/promises';
import { usageError } from '../index.js';

/** A sid holds neither commas nor blanks, and begins with no `@`. */
export async function subjectsNamed(written: readonly string[]): Promise<string[]> {
  const texts = await Promise.all(
    written.map((text) => (text.startsWith('@') ? textOf(text.slice(1)) : Promise.resolve(text))),
  );
  return texts.flatMap((text) => text.split(/[\s,]+/)).filter((sid) => sid !== '');
}

async function textOf(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw usageError(
      'only-file',
      `The list of subjects ${path} cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown'}).`,
      'Name a text file with a sid a line: --only @subjects.txt.',
    );
  }
}
