/** Tensors in `.npy` files of their own, a folder a port: `patch/<sid>_patch.npy`, as the reference names them. */
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipelineFileError } from '../../core/errors.js';
import type { Tensor } from '../../core/tensor.js';
import { removeTemporaries, syncDirectory, writeDurably } from '../durable-file.js';
import { npyBytes, type WritableNpy } from '../../formats/npy.js';
import { fileOf, folderOf, sidOf } from '../../formats/patch-files.js';
import { namesIn } from './names-in.js';
import { foreignFile } from './parts.js';

export class ArrayFiles {
  private constructor(
    private readonly directory: string,
    private readonly ports: readonly string[],
    /** By folder, the sids whose files stand there. */
    private readonly standing: ReadonlyMap<string, Set<string>>,
  ) {}

  /** @throws LungflowError `foreign-file` when a folder holds anything but such files */
  static async open(directory: string, ports: readonly string[]): Promise<ArrayFiles> {
    const standing = new Map<string, Set<string>>();
    for (const folder of ports.map(folderOf)) {
      const path = join(directory, folder);
      standing.set(folder, sidsAmong(await namesIn(path), folder, path));
    }
    return new ArrayFiles(directory, ports, standing);
  }

  /** Whether every file of the subject stands. */
  hold(sid: string): boolean {
    return [...this.standing.values()].every((sids) => sids.has(sid));
  }

  /** @throws LungflowError `foreign-file` when a file is of a subject that is not `ours` */
  requireOurs(ours: (sid: string) => boolean): void {
    for (const [folder, sids] of this.standing)
      for (const sid of sids)
        if (!ours(sid)) throw foreignFile(join(this.directory, folder), fileOf(folder, sid));
  }

  /** When it returns, the subject's files survive a crash; when it fails, none is left. */
  async add(sid: string, tensors: Readonly<Record<string, Tensor>>): Promise<void> {
    try {
      for (const port of this.ports) {
        const folder = folderOf(port);
        await writeDurably(
          join(this.directory, folder, fileOf(folder, sid)),
          npyBytes(asNumpy(tensors[port])),
        );
        this.standing.get(folder)!.add(sid);
      }
    } catch (error) {
      await this.remove([sid]).catch(() => undefined); // the first failure is the one to tell
      throw error;
    }
  }

  /** Makes the folders, and removes what a killed run left: files that are not whole, or whose row does not stand. */
  async settle(stands: (sid: string) => boolean): Promise<void> {
    for (const [folder, sids] of this.standing) {
      const path = join(this.directory, folder);
      if (await mkdir(path, { recursive: true })) await syncDirectory(this.directory);
      await removeTemporaries(path);
      await this.remove([...sids].filter((sid) => !stands(sid)));
    }
  }

  private async remove(sids: readonly string[]): Promise<void> {
    if (sids.length === 0) return;
    for (const [folder, standing] of this.standing) {
      const path = join(this.directory, folder);
      for (const sid of sids) {
        await rm(join(path, fileOf(folder, sid)), { force: true });
        standing.delete(sid);
      }
      await syncDirectory(path);
    }
  }
}

function sidsAmong(names: readonly string[], folder: string, path: string): Set<string> {
  const sids = new Set<string>();
  for (const name of names) {
    const sid = sidOf(folder, name);
    if (sid !== undefined) sids.add(sid);
    else if (!name.startsWith('.')) throw foreignFile(path, name);
  }
  return sids;
}

/** Two sids that differ in case alone would share their files on Windows, on macOS and on many network drives. */
export function requireDistinctFiles(sids: readonly string[]): void {
  const seen = new Map<string, string>();
  for (const sid of sids) {
    const folded = sid.toLowerCase();
    const other = seen.get(folded);
    if (other !== undefined)
      throw pipelineFileError(
        'sids-alike',
        `The sids ${other} and ${sid} differ only in the case of letters: many file systems would take their files for one.`,
        'Rename one of them, or write Arrow or Parquet.',
      );
    seen.set(folded, sid);
  }
}

/** Whole numbers of 32 bits as NumPy has them by default, and the reference its corners: int64. */
function asNumpy({ data, shape }: Tensor): WritableNpy {
  return { data: data instanceof Int32Array ? BigInt64Array.from(data, BigInt) : data, shape };
}
