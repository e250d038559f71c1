/** The scans that sections measure over. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { NotRun } from '../not-run.js';
import { sharedFile } from '../shared.js';
import { command } from './run-pipeline.js';

export interface BenchScan {
  readonly name: string;
  readonly image: string;
  /** COPDGene's where it is there; the phantom's own has fewer landmarks than its 581. */
  readonly atlas: string;
}

export const LIDC = 'LIDC-IDRI-0001, 512 x 512 x 133';
export const PHANTOM = 'phantom, 512 x 512 x 500';

/** A phantom of COPDGene's size, made once. */
export async function phantomScan(root: string): Promise<BenchScan> {
  const out = join(root, 'out/bench/phantom512');
  if (!existsSync(join(out, 'manifest.csv')))
    await command(root, [
      'phantom',
      '--subjects',
      '1',
      '--seed',
      '512',
      '--spacing',
      '0.703125',
      '0.6',
      '--out',
      out,
    ]);
  const [, row] = (await readFile(join(out, 'manifest.csv'), 'utf8')).split(/\r?\n/);
  return { name: PHANTOM, image: resolve(out, row.split(',')[1]), atlas: atlasOr(root, join(out, 'atlas')) };
}

/** @throws NotRun when it is not in `../shared` */
export const lidcScan = (root: string): BenchScan => ({
  name: LIDC,
  image: sharedFile(root, 'data/LIDC-IDRI-0001.nii.gz'),
  atlas: sharedFile(root, 'atlas'),
});

/** The real scan where it is there, and the large phantom. */
export async function scans(root: string): Promise<readonly BenchScan[]> {
  const phantom = await phantomScan(root);
  try {
    return [lidcScan(root), phantom];
  } catch (thrown) {
    if (!(thrown instanceof NotRun)) throw thrown;
    process.stderr.write(`without LIDC-IDRI-0001: ${thrown.message}\n`);
    return [phantom];
  }
}

function atlasOr(root: string, own: string): string {
  try {
    return sharedFile(root, 'atlas');
  } catch {
    return own;
  }
}
