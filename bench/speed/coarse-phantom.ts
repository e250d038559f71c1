/** Phantoms with few voxels, for cohorts of many scans; each is made once. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { command } from './run-pipeline.js';

export interface Phantom {
  readonly image: string;
  /** The phantom's own, of 360 patches. */
  readonly atlas: string;
}

/** @param spacing in the slice and between slices, mm */
export async function coarsePhantom(root: string, spacing: readonly [number, number]): Promise<Phantom> {
  const out = join(root, 'out/bench', `phantom-${spacing.join('-')}`);
  const manifest = join(out, 'manifest.csv');
  if (!existsSync(manifest))
    await command(root, [
      ...['phantom', '--subjects', '1', '--seed', '512', '--out', out],
      ...['--spacing', ...spacing.map(String)],
    ]);
  const [, row] = (await readFile(manifest, 'utf8')).split(/\r?\n/);
  return { image: resolve(out, row.split(',')[1]), atlas: join(out, 'atlas') };
}
