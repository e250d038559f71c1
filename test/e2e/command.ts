/** The real `pipeline` command in a child process, and a phantom cohort for it to work on. */
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../../..', import.meta.url));
const main = join(root, 'dist/src/cli/main.js');

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export function start(args: readonly string[], cwd = root): { child: ChildProcess; ended: Promise<Ended> } {
  const child = spawn(process.execPath, [main, ...args], { cwd, env: { ...process.env, NO_COLOR: '1' } });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
  return { child, ended };
}

export const pipeline = (...args: string[]): Promise<Ended> => start(args).ended;

/**
 * Three coarse phantoms, made once a build and shared by the test files; beside their `atlas` lies `few-landmarks`, the same lungs
 * with a fifth of the patches, for tests that need not wait for the network.
 */
export async function phantomCohort(): Promise<string> {
  const cohort = join(root, 'dist/test-cohort');
  if (existsSync(join(cohort, 'manifest.csv'))) return cohort;
  const made = join(await mkdtemp(join(dirname(cohort), 'cohort-')), 'cohort');
  const { code, stderr } = await pipeline(
    'phantom',
    '--subjects',
    '3',
    '--seed',
    '7',
    '--spacing',
    '3',
    '--out',
    made,
  );
  if (code !== 0) throw new Error(stderr);
  const mask = join(made, 'atlas/atlas_lung_mask.nii.gz');
  const few = await pipeline('build-atlas', mask, join(made, 'few-landmarks'), '--fewer-than', '80');
  if (few.code !== 0) throw new Error(few.stderr);
  // Several test files may race for it: the first to finish wins.
  await rename(made, cohort).catch(() => undefined);
  return cohort;
}
