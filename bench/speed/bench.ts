import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { NotRun } from '../not-run.js';
import { runPython } from '../python.js';
import { sharedFile } from '../shared.js';
import { startPeer } from './peer.js';
import type { Run, SpeedBench } from './section.js';

export interface BenchOptions {
  readonly repeats: number;
  readonly peers: boolean;
  /** By default that of `.venv`, where `bench/README.md` puts the peers. */
  readonly python: string | undefined;
  readonly ants: boolean;
}

export interface OpenBench {
  readonly bench: SpeedBench;
  /** What to write beside the figures, once they are measured. */
  readonly run: () => Run;
}

export async function openBench(
  name: string,
  root: string,
  options: BenchOptions,
  command = commandOf(name, options),
): Promise<OpenBench> {
  const dir = join(root, 'out/bench', name);
  await mkdir(dir, { recursive: true });
  const versions = new Map([['Node', process.version.slice(1)]]);
  const bench: SpeedBench = {
    root,
    dir,
    repeats: options.repeats,
    ants: options.ants,
    peers: options.peers,
    shared: (path) => sharedFile(root, path),
    python: async (script, ...args) => runPython(pythonOf(root, options), root, script, args),
    async peer(script, args, threads) {
      const python = pythonOf(root, options);
      const peer = script.endsWith('.py')
        ? await startPeer(python, [join(root, 'bench/peers', script), ...args], threads)
        : await startPeer(process.execPath, [join(root, 'dist/bench/speed', script), ...args], threads);
      for (const version of Object.entries(peer.versions)) versions.set(...version);
      return peer;
    },
    version: (peer, version) => void versions.set(peer, version),
  };
  const run = () => ({
    machine: `${cpus().length} cores of ${cpus()[0].model}`,
    command,
    versions: Object.fromEntries(versions),
  });
  return { bench, run };
}

function pythonOf(root: string, { peers, python }: BenchOptions): string {
  if (!peers) throw new NotRun('peers run with `--peers`');
  if (python !== undefined) return python;
  const own = join(root, '.venv/bin/python');
  if (existsSync(own)) return own;
  throw new NotRun('there is no Python with the peers: `.venv`, or `--python PATH`');
}

/** No path of the machine: `--python` is left out. */
const commandOf = (name: string, { repeats, peers, ants }: BenchOptions): string =>
  [
    `npm run bench -- ${name} --repeats ${repeats}`,
    ...(peers ? ['--peers'] : []),
    ...(ants ? ['--ants'] : []),
  ].join(' ');
