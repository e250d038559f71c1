/** One run at a time in a directory: a lock file that names its process, taken over when that process is gone. */
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { usageError } from '../core/errors.js';

export interface Lock {
  release(): Promise<void>;
}

/** Locks of this process: tells a live lock from one that an earlier process of the same number left. */
const held = new Set<string>();

/** @throws LungflowError `output-in-use` when another live run holds the directory. */
export async function lockDirectory(directory: string): Promise<Lock> {
  const path = join(directory, '.lock');
  if (held.has(path)) throw inUse(path, 'this process');
  held.add(path);
  try {
    if (!(await tryLock(path))) {
      await removeStale(path);
      if (!(await tryLock(path))) throw inUse(path, 'another run');
    }
  } catch (error) {
    held.delete(path);
    throw error;
  }
  return {
    release: async () => {
      held.delete(path);
      await rm(path, { force: true });
    },
  };
}

interface Owner {
  readonly pid: number;
  readonly host: string;
  /** Changes with every start of the machine (Linux): process numbers begin anew. */
  readonly boot: string;
}

async function self(): Promise<Owner> {
  const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => '');
  return { pid: process.pid, host: hostname(), boot: boot.trim() };
}

async function tryLock(path: string): Promise<boolean> {
  try {
    await writeFile(path, JSON.stringify(await self()), { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

async function removeStale(path: string): Promise<void> {
  const seen = await readFile(path, 'utf8');
  const owner = parseOwner(seen);
  if (!owner) throw inUse(path, 'an unknown process');
  if (!(await isGone(owner))) throw inUse(path, `process ${owner.pid} on ${owner.host}`);
  // Another run may take over at the same moment: what was moved away must be what was seen.
  const aside = `${path}-${process.pid}`;
  await rename(path, aside);
  if ((await readFile(aside, 'utf8')) !== seen) {
    await rename(aside, path);
    throw inUse(path, 'another run');
  }
  await rm(aside);
}

function parseOwner(text: string): Owner | undefined {
  try {
    const { pid, host, boot } = JSON.parse(text) as Partial<Owner>;
    return typeof pid === 'number' && host !== undefined && boot !== undefined
      ? { pid, host, boot }
      : undefined;
  } catch {
    return undefined;
  }
}

async function isGone({ pid, host, boot }: Owner): Promise<boolean> {
  const here = await self();
  if (host !== here.host) return false; // cannot be known from here
  if (boot !== here.boot || pid === here.pid) return true;
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}

function inUse(path: string, owner: string): Error {
  return usageError(
    'output-in-use',
    `The directory ${dirname(path)} is being written by ${owner}.`,
    `Wait for it or choose another \`out\`; if no such run exists, delete ${path}.`,
  );
}
