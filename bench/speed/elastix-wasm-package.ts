/** npm's `@itk-wasm/elastix`, installed on demand beside other scratch files: no dependency of ours. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { NotRun } from '../not-run.js';
import type { SpeedBench } from './section.js';

const [NAME, VERSION] = ['@itk-wasm/elastix', '1.0.1'];

/** @returns the package's entry @throws NotRun when it cannot be had */
export async function elastixWasm(bench: SpeedBench): Promise<string> {
  if (!bench.peers) throw new NotRun('peers run with `--peers`');
  const scratch = join(bench.root, 'out/bench/elastix-wasm');
  const entry = join(scratch, 'node_modules', NAME, 'dist/index-node.js');
  if (!existsSync(entry)) {
    await mkdir(scratch, { recursive: true });
    const install = ['install', '--prefix', scratch, '--no-save', '--ignore-scripts', `${NAME}@${VERSION}`];
    try {
      await promisify(execFile)('npm', install, { cwd: scratch });
    } catch {
      throw new NotRun(`npm could not install ${NAME} ${VERSION}`);
    }
  }
  bench.version(NAME, VERSION);
  return entry;
}
