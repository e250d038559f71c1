/** Where the rows' peers come from: a Python of the user's, and the scans in `../shared`. */
import { spawn } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { NotRun } from '../not-run.js';
import { sharedFile } from '../shared.js';
import type { Bench } from './row.js';

export async function benchFor(name: string, root: string, python: string | undefined): Promise<Bench> {
  const dir = join(root, 'out/parity', name);
  await mkdir(dir, { recursive: true });
  return {
    dir,
    async python(script, ...args) {
      if (python === undefined) throw new NotRun('it needs a Python with the peers: --python PATH');
      await finished(python, ['-W', 'ignore::FutureWarning', join(root, 'bench/peers', script), ...args]);
    },
    shared: (path) => sharedFile(root, path),
  };
}

/** Exit status 3 is a script's way to say, in its last line, why it cannot run here. */
const CANNOT_RUN = 3;

function finished(command: string, args: readonly string[]): Promise<void> {
  return new Promise((settle, reject) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    let said = '';
    child.stdout.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      process.stderr.write(chunk);
    });
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) settle();
      else if (code === CANNOT_RUN)
        reject(new NotRun(said.trim().split('\n').at(-1) ?? 'it cannot run here'));
      else reject(new Error(`${args.join(' ')} ended with ${code}`));
    });
  });
}
