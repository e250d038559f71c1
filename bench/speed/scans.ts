/** The scans that sections measure over. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { NotRun } from '../not-run.js';
import { sharedFile } from '../shared.js';
import { command } from './run-pipeline.js';

export interface BenchScan {
  readonly sid: string;
  /** A patient's, not a phantom. */
  readonly real: boolean;
  readonly name: string;
  readonly image: string;
  /** COPDGene's where it is there; the phantom's own has fewer landmarks than its 581. */
  readonly atlas: string;
}

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
  return {
    sid: 'phantom-512',
    real: false,
    name: PHANTOM,
    image: resolve(out, row.split(',')[1]),
    atlas: atlasOr(root, join(out, 'atlas')),
  };
}

/** Real scans where they are there, the first or both, and the large phantom. */
export async function scans(root: string, real = 1): Promise<readonly BenchScan[]> {
  return [...REAL.slice(0, real).flatMap((scan) => realScan(root, scan)), await phantomScan(root)];
}

const REAL = [
  { sid: 'LIDC-IDRI-0001', size: '512 x 512 x 133' },
  { sid: 'LIDC-IDRI-0003', size: '512 x 512 x 140' },
];

function realScan(root: string, { sid, size }: (typeof REAL)[number]): BenchScan[] {
  try {
    const [image, atlas] = [`data/${sid}.nii.gz`, 'atlas'].map((path) => sharedFile(root, path));
    return [{ sid, real: true, name: `${sid}, ${size}`, image, atlas }];
  } catch (thrown) {
    if (!(thrown instanceof NotRun)) throw thrown;
    process.stderr.write(`without ${sid}: ${thrown.message}\n`);
    return [];
  }
}

function atlasOr(root: string, own: string): string {
  try {
    return sharedFile(root, 'atlas');
  } catch {
    return own;
  }
}
