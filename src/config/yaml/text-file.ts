/** Reads a text file that a user named: refused, with a sentence, before it can do harm. */
import * as fs from 'node:fs/promises';
import type { Problem } from './problems.js';

export const MIB = 1024 * 1024;

/** @returns the text, without a byte order mark, or what is wrong with the file. Never throws for a bad file. */
export async function readTextFile(
  path: string,
  { file, maxBytes }: { file: string; maxBytes: number },
): Promise<{ text: string } | { problem: Problem }> {
  const refuse = (found: string, expected: string) => ({ problem: { file, found, expected } });
  try {
    const stat = await fs.stat(path); // before opening: opening a pipe would wait for its writer
    if (stat.isDirectory()) return refuse('a directory', 'a file');
    if (!stat.isFile()) return refuse('a device, pipe or socket', 'a regular file');
    if (stat.size > maxBytes)
      return refuse(`${(stat.size / MIB).toFixed(1)} MiB`, `at most ${maxBytes / MIB} MiB`);
    const bytes = await fs.readFile(path);
    if (bytes.includes(0)) return refuse('binary data', 'text in UTF-8');
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) };
  } catch (thrown) {
    if (thrown instanceof TypeError && !('errno' in thrown))
      return refuse('bytes that are not UTF-8', 'text saved as UTF-8');
    const { code = 'an unknown failure' } = thrown as NodeJS.ErrnoException;
    return refuse(openFailures[code] ?? `a file that cannot be read (${code})`, 'a readable file');
  }
}

const openFailures: Record<string, string> = {
  ENOENT: 'no such file',
  ENOTDIR: 'no such file',
  EISDIR: 'a directory',
  EACCES: 'a file that may not be opened (permission denied)',
  EPERM: 'a file that may not be opened (permission denied)',
  ENAMETOOLONG: 'a file name that is too long',
  ELOOP: 'a symbolic link that leads back to itself',
};
