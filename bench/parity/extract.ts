/** The real command: `pipeline run pipelines/extract.yaml`, and the subject vectors that it wrote. */
import { spawnSync } from 'node:child_process';
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { tableFromIPC } from 'apache-arrow';
import type { RunReport } from '../../src/runtime/run.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));

export interface Extracted {
  /** `[128]` by sid. */
  readonly vectors: ReadonlyMap<string, Float32Array>;
  readonly peakRssBytes: number;
}

/** @param options `--set` of the command, by name */
export async function extract(
  input: string,
  out: string,
  options: Readonly<Record<string, string>>,
): Promise<Extracted> {
  await rm(out, { recursive: true, force: true });
  const set = Object.entries(options).flatMap(([name, value]) => ['--set', `${name}=${value}`]);
  const args = ['run', 'pipelines/extract.yaml', '--input', input, '--out', out, '--jobs', '1', ...set];
  const { status } = spawnSync(process.execPath, ['dist/src/cli/main.js', ...args], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  if (status !== 0) throw new Error(`pipeline ${args.join(' ')} ended with ${status}`);

  const vectors = new Map<string, Float32Array>();
  const features = join(out, 'features');
  for (const part of (await readdir(features)).filter((name) => name.endsWith('.arrow'))) {
    const table = tableFromIPC(await readFile(join(features, part)));
    const [sids, embeddings] = ['sid', 'embedding'].map((name) => table.getChild(name)!);
    for (let row = 0; row < table.numRows; row++)
      vectors.set(String(sids.get(row)), Float32Array.from(embeddings.get(row) as Iterable<number>));
  }
  const { peakRssBytes } = JSON.parse(await readFile(join(out, 'run.json'), 'utf8')) as RunReport;
  return { vectors, peakRssBytes };
}

/** Options that give both networks their checkpoints, as the reference names the files. */
export const checkpointsIn = (dir: string) => ({
  'encode.weights': join(dir, 'checkpoint_patch.pth.tar'),
  'aggregate.weights': join(dir, 'checkpoint_graph.pth.tar'),
});
