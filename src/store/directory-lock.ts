/**
 * One run at a time in a directory: a lock file that names its process and is touched every few seconds. Where the process can
 * be looked for, it is; elsewhere (another host, another container) the lock is taken over once it has not been touched for a
 * while, by a clock of ours alone. A lock appears whole or not at all; one that is torn all the same is nobody's.
 */
import { link, open, readFile, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { dirname, join, resolve, sep } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { usageError } from '../core/errors.js';
import { temporaryBeside } from './durable-file.js';
import { isAlive, parseOwner, thisProcess } from './lock-owner.js';

export interface Lock {
  release(): Promise<void>;
}

export interface LockOptions {
  /** Milliseconds between touches. */
  readonly beatMs?: number;
  /** Without a touch for so long, a process that cannot be looked for is taken for dead. */
  readonly patienceMs?: number;
  /** Told when it has to be waited for that. */
  readonly onWait?: (message: string) => void;
  /** Another run has taken the lock, as it may from a process that was suspended for longer than its patience. */
  readonly onLost?: () => void;
  readonly signal?: AbortSignal | undefined;
}

const BEAT_MS = 5_000;
const PATIENCE_MS = 60_000;

/** Locks of this process: tells a live lock from one that an earlier process of the same number left. */
const held = new Set<string>();
let made = 0;

/** @throws LungflowError `output-in-use` when another live run holds the directory. */
export async function lockDirectory(directory: string, options: LockOptions = {}): Promise<Lock> {
  const { beatMs = BEAT_MS, onLost } = options;
  const path = join(resolve(directory), '.lock');
  if (held.has(path)) throw inUse(path, 'this process');
  held.add(path);
  if (isCovered(path)) {
    await rm(path, { force: true }); // of a run that held no more than this
    return { release: () => Promise.resolve(void held.delete(path)) };
  }
  const mine = JSON.stringify({ ...(await thisProcess()), lock: ++made });
  try {
    if (!(await tryLock(path, mine))) await takeOver(path, mine, options);
  } catch (error) {
    held.delete(path);
    throw error;
  }
  const isMine = async () => (await readFile(path, 'utf8').catch(() => undefined)) === mine;
  const beat = setInterval(() => {
    void isMine()
      .then(async (still) => {
        if (still) return utimes(path, new Date(), new Date());
        clearInterval(beat);
        if (held.has(path)) onLost?.();
      })
      .catch(() => undefined); // a file system that is away for a moment: the next touch tells
  }, beatMs).unref();
  return {
    release: async () => {
      clearInterval(beat);
      held.delete(path);
      if (await isMine()) await rm(path, { force: true });
    },
  };
}

/** Whether this process has the lock of a directory above: nobody else writes here, then. */
const isCovered = (path: string): boolean =>
  [...held].some((other) => other !== path && dirname(path).startsWith(`${dirname(other)}${sep}`));

/** @param text unlike every other lock's */
async function tryLock(path: string, text: string): Promise<boolean> {
  const temporary = temporaryBeside(path);
  try {
    await writeFile(temporary, text, { flush: true });
    await link(temporary, path);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return false;
    if (code === 'ENOENT') return false; // whoever has the lock tidied up
    if (['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'].includes(code ?? ''))
      return await writeNew(path, text);
    throw error;
  } finally {
    await rm(temporary, { force: true }).catch(() => undefined);
  }
}

/** For file systems without links: the lock may be torn by a crash. */
async function writeNew(path: string, text: string): Promise<boolean> {
  try {
    await writeFile(path, text, { flag: 'wx', flush: true });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    await rm(path, { force: true }).catch(() => undefined);
    throw error;
  }
}

/** @throws LungflowError `output-in-use` unless the lock that stands is nobody's */
async function takeOver(path: string, mine: string, options: LockOptions): Promise<void> {
  const seen = await stateOf(path);
  if (seen) {
    const owner = parseOwner(seen.text);
    const who = owner ? `process ${owner.pid} on ${owner.host}` : 'a process that did not come to say which';
    const alive = owner && (await isAlive(owner, await thisProcess()));
    if (alive === true) throw inUse(path, who);
    // Whoever holds a lock has written it whole: a torn one is waited for no longer than writing may take.
    const { beatMs = BEAT_MS, patienceMs = PATIENCE_MS } = options;
    const patience = owner ? patienceMs : Math.min(patienceMs, beatMs);
    if (alive === undefined && (await isTouched(path, seen, who, { ...options, patienceMs: patience })))
      throw inUse(path, who);
  }
  // Others may be here at the same moment: one of them replaces the lock, and only the one that it has seen.
  const turn = join(dirname(path), '.lock.0-0.tmp');
  if (!(await tryLock(turn, mine))) {
    const other = await stateOf(turn);
    if (other && (await isTouched(turn, other, 'another run', options))) throw inUse(path, 'another run');
    await rm(turn, { force: true });
    throw inUse(path, 'another run'); // that gave up, or died: the same command again will do
  }
  try {
    const now = await stateOf(path);
    if (now?.text !== seen?.text) throw inUse(path, 'another run');
    if (now) await replace(path, mine);
    else if (!(await tryLock(path, mine))) throw inUse(path, 'another run');
  } finally {
    await rm(turn, { force: true });
  }
}

async function replace(path: string, text: string): Promise<void> {
  const temporary = temporaryBeside(path);
  await writeFile(temporary, text, { flush: true });
  await rename(temporary, path);
}

interface LockState {
  readonly text: string;
  readonly touched: bigint;
}

/** Opened for it: over a network, a file's times are asked for anew only then. */
async function stateOf(path: string): Promise<LockState | undefined> {
  const file = await open(path, 'r').catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  });
  if (!file) return undefined;
  try {
    const { mtimeNs } = await file.stat({ bigint: true });
    return { text: await file.readFile('utf8'), touched: mtimeNs };
  } finally {
    await file.close();
  }
}

async function isTouched(path: string, seen: LockState, who: string, options: LockOptions): Promise<boolean> {
  const { beatMs = BEAT_MS, patienceMs = PATIENCE_MS, onWait, signal } = options;
  onWait?.(
    `The directory ${dirname(path)} is locked by ${who}, which cannot be looked for from here: it is taken over unless a sign of life comes within ${Math.ceil(patienceMs / 1000)} s.`,
  );
  for (const end = performance.now() + patienceMs; performance.now() < end;) {
    await pause(Math.min(beatMs, patienceMs) / 2, undefined, { signal });
    const now = await stateOf(path);
    if (!now) return false;
    if (now.text !== seen.text || now.touched !== seen.touched) return true;
  }
  return false;
}

function inUse(path: string, owner: string): Error {
  return usageError(
    'output-in-use',
    `The directory ${dirname(path)} is being written by ${owner}.`,
    'Wait for it, or choose another `out`.',
  );
}
