/** Directories for tests, removed when their process ends. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const made: string[] = [];
process.once('exit', () => {
  for (const directory of made) rmSync(directory, { recursive: true, force: true });
});

export function temporaryDirectory(name: string): string {
  const directory = mkdtempSync(join(tmpdir(), `lungflow-${name}-`));
  made.push(directory);
  return directory;
}

/** A temporary directory, with a way to put files there. */
export function scratchDirectory(name: string) {
  const directory = temporaryDirectory(name);
  return {
    directory,
    put(file: string, bytes: Uint8Array): string {
      const path = join(directory, file);
      writeFileSync(path, bytes);
      return path;
    },
  };
}
