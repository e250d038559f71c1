/** A run has its directory of results to itself, from before its stages open until it has told how it went. */
import { rmdir } from 'node:fs/promises';
import { lockDirectory, type LockOptions } from '../store/directory-lock.js';
import { removeTemporaries } from '../store/durable-file.js';
import { makeOutputDirectory } from '../store/output-directory.js';

export interface Claim {
  /** A directory that was made for the run and is still empty goes with it. */
  release(): Promise<void>;
}

/** @throws LungflowError `output-in-use`, `output-not-a-directory`, `output-unwritable` */
export async function claimOutput(outDir: string, options: LockOptions): Promise<Claim> {
  const made = await makeOutputDirectory(outDir);
  const lock = await lockDirectory(outDir, options);
  await removeTemporaries(outDir);
  return {
    release: async () => {
      await lock.release();
      if (made) await rmdir(outDir).catch(() => undefined);
    },
  };
}
