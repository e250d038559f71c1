/**
 * All that a bare Linux machine needs to measure its card, without network or Node, in one archive: this build, Node, the packages
 * that the lock file has for users and this system, the Vulkan loader, the peer's scripts, and `run.sh`.
 */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve, sep } from 'node:path';
import { promisify } from 'node:util';
import { NotRun } from '../not-run.js';

const NAME = 'lungflow-gpu';
/** Of this checkout, beside the packages. */
const PARTS = ['package.json', 'dist', 'pipelines', 'configs', 'bench/peers', 'test/engine'];
const LOADER = 'libvulkan.so.1';
const LIBRARY_DIRECTORIES = [
  { x64: '/usr/lib/x86_64-linux-gnu', arm64: '/usr/lib/aarch64-linux-gnu' }[process.arch as string],
  '/usr/lib64',
  '/usr/lib',
  '/usr/local/lib',
].filter((directory) => directory !== undefined);

/**
 * @param archive to write, a .tar.gz
 * @returns its bytes
 * @throws NotRun on a system other than Linux, or without the Vulkan loader
 */
export async function writeBundle(root: string, archive: string): Promise<number> {
  if (process.platform !== 'linux') throw new NotRun('a bundle is made on Linux, for Linux');
  const loader = LIBRARY_DIRECTORIES.map((directory) => join(directory, LOADER)).find(existsSync);
  if (loader === undefined) throw new NotRun(`${LOADER} is not installed (Debian: libvulkan1)`);
  const temporary = await mkdtemp(join(tmpdir(), 'bundle-'));
  const bundle = join(temporary, NAME);
  try {
    await copy(process.execPath, join(bundle, 'bin/node'));
    await copy(loader, join(bundle, 'lib', LOADER));
    await copy(join(root, 'bench/gpu/run.sh'), join(bundle, 'run.sh'));
    for (const part of [...PARTS, ...(await packages(root))])
      await copy(join(root, part), join(bundle, part));
    await mkdir(dirname(resolve(archive)), { recursive: true });
    await promisify(execFile)('tar', ['-czf', resolve(archive), '-C', temporary, NAME]);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
  return (await stat(archive)).size;
}

interface Lock {
  readonly packages: Readonly<Record<string, { readonly dev?: boolean }>>;
}

/** Directories of the packages that users have, where they are installed. */
async function packages(root: string): Promise<string[]> {
  const lock = JSON.parse(await readFile(join(root, 'package-lock.json'), 'utf8')) as Lock;
  return Object.entries(lock.packages)
    .filter(([path, { dev }]) => path !== '' && dev !== true && existsSync(join(root, path)))
    .map(([path]) => path);
}

const copy = (from: string, to: string): Promise<void> =>
  cp(from, to, { recursive: true, dereference: true, filter: (path) => isNeeded(path.slice(from.length)) });

/** No sources, types or maps; no packages within packages, which are copied for themselves; Dawn for this system alone. */
function isNeeded(path: string): boolean {
  if (/\.(map|[cm]?ts|tsbuildinfo)$|(^|\/)(node_modules|__pycache__)(\/|$)/.test(path)) return false;
  const [, directory, system] = path.split(sep);
  return (
    directory !== 'dist' ||
    !/^(darwin|linux|win32)-/.test(system) ||
    system === `${process.platform}-${process.arch}`
  );
}
