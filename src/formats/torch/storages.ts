/** The storages that a pickle names, and where in the file each lies. */
import { crc32 } from 'node:zlib';
import { chunksOf, type RandomAccess } from '../random-access.js';
import { damaged, refused } from '../unsound.js';
import type { PersistentLoad } from './machine.js';
import { Storage, StorageClass, type Value } from './values.js';

/** Bytes of a storage in the file. */
export interface Extent {
  readonly start: number;
  readonly bytes: number;
  /** undefined where the format keeps no checksum. */
  readonly crc32: number | undefined;
}

/** @throws Unsound when the bytes are not those that were written */
export async function verifyChecksum(
  source: RandomAccess,
  { start, bytes, crc32: expected }: Extent,
): Promise<void> {
  if (expected === undefined) return;
  let sum = 0;
  for await (const chunk of chunksOf(source, start, bytes)) sum = crc32(chunk, sum);
  if (sum !== expected) throw damaged('is damaged: a checksum is wrong');
}

/** A checkpoint apart from its numbers. */
export interface Unpacked {
  readonly format: string;
  readonly root: Value;
  readonly extents: ReadonlyMap<string, Extent>;
  readonly littleEndian: boolean;
}

/** Torch names a storage by a count, or by its address. */
const KEY = /^\d{1,20}$/;

/**
 * Collects storages under their keys while the pickle is read.
 * @param viewMetadata whether the id ends in the `None` of the legacy format: `('storage', class, key, location, length, None)`
 */
export function storageCollector(viewMetadata: boolean): {
  readonly storages: ReadonlyMap<string, Storage>;
  readonly load: PersistentLoad;
} {
  const storages = new Map<string, Storage>();
  const load = (id: readonly Value[]): Storage => {
    const [kind, type, key, location, length] = id;
    const asWritten =
      id.length === (viewMetadata ? 6 : 5) &&
      kind === 'storage' &&
      type instanceof StorageClass &&
      typeof key === 'string' &&
      typeof location === 'string' &&
      Number.isSafeInteger(length) &&
      Number(length) >= 0 &&
      (id.at(5) ?? null) === null;
    if (!asWritten) throw refused('names a storage in another way than torch does');
    if (!KEY.test(key)) throw refused('names a storage by something that is no number');
    const known = storages.get(key);
    if (!known) {
      const storage = new Storage(key, type.dtype, Number(length));
      storages.set(key, storage);
      return storage;
    }
    if (known.dtype !== type.dtype || known.length !== length)
      throw damaged('describes one storage in two ways');
    return known;
  };
  return { storages, load };
}
