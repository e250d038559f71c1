/** Where the rows' peers come from: a Python of the user's, and the scans in `../shared`. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { NotRun } from '../not-run.js';
import { runPython } from '../python.js';
import { sharedFile } from '../shared.js';
import type { Bench } from './row.js';

export async function benchFor(name: string, root: string, python: string | undefined): Promise<Bench> {
  const dir = join(root, 'out/parity', name);
  await mkdir(dir, { recursive: true });
  return {
    dir,
    async python(script, ...args) {
      if (python === undefined) throw new NotRun('it needs a Python with the peers: --python PATH');
      await runPython(python, root, script, args);
    },
    shared: (path) => sharedFile(root, path),
  };
}
