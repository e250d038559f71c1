/** Runs scripts of `bench/peers` to their end. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { NotRun } from './not-run.js';

/** Exit status 3 is a script's way to say, in its last line, why it cannot run here. */
const CANNOT_RUN = 3;

/** @throws NotRun when the script says that it cannot run here, Error when it fails */
export function runPython(
  python: string,
  root: string,
  script: string,
  args: readonly string[],
): Promise<void> {
  return new Promise((settle, reject) => {
    const all = ['-W', 'ignore::FutureWarning', join(root, 'bench/peers', script), ...args];
    const child = spawn(python, all, { stdio: ['ignore', 'pipe', 'inherit'] });
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
      else reject(new Error(`${all.join(' ')} ended with ${code}`));
    });
  });
}
