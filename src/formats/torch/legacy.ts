/**
 * What torch.save wrote before PyTorch 1.6: five pickles (magic number, protocol, system, object, keys of the storages), then
 * each storage as its length (int64) and its bytes, little-endian whatever machine wrote it. No checksums.
 */
import { dtypes } from '../dtype.js';
import { readBytes, type RandomAccess } from '../random-access.js';
import { damaged, refused } from '../unsound.js';
import { PickleCutOff } from './machine.js';
import { storageCollector, type Extent, type Unpacked } from './storages.js';
import { unpickle } from './unpickle.js';
import { Dict, List, type Storage, type Value } from './values.js';

const PROTOCOL_VERSION = 1001;
const LENGTH_BYTES = 8;
/** How much of the file is looked at for the pickles: more when they are longer. */
const FIRST_WINDOW = 2 ** 18;
const LAST_WINDOW = 64 * 2 ** 20;

/** The pickle of 0x1950a86a20f9469cfc6c. */
const MAGIC = [0x80, 0x02, 0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, 0x2e];
export const looksLikeLegacy = (start: Uint8Array): boolean => MAGIC.every((byte, i) => start[i] === byte);

/** @throws Unsound; system errors */
export async function readLegacy(source: RandomAccess): Promise<Unpacked> {
  const { root, keys, storages, end } = await readPickles(source);
  const extents = new Map<string, Extent>();
  let at = end;
  for (const key of keys) {
    const storage = storages.get(key);
    if (!storage || extents.has(key)) throw damaged('lists storages that its pickle does not name');
    const extent = await extentAt(source, at, storage);
    extents.set(key, extent);
    at = extent.start + extent.bytes;
  }
  if (extents.size !== storages.size) throw damaged('lacks storages that its pickle names');
  if (at !== source.size) throw damaged('has bytes after its last storage');
  return { format: 'PyTorch checkpoint (before 1.6)', root, extents, littleEndian: true };
}

async function extentAt(source: RandomAccess, at: number, { dtype, length }: Storage): Promise<Extent> {
  const prefix = await readBytes(source, at, LENGTH_BYTES);
  if (new DataView(prefix.buffer).getBigInt64(0, true) !== BigInt(length))
    throw damaged('has a storage of another size than its pickle says');
  const extent = { start: at + LENGTH_BYTES, bytes: length * dtypes[dtype].bytes, crc32: undefined };
  if (extent.start + extent.bytes > source.size) throw damaged('is cut off in its storages');
  return extent;
}

interface Pickles {
  readonly root: Value;
  readonly keys: readonly string[];
  readonly storages: ReadonlyMap<string, Storage>;
  readonly end: number;
}

async function readPickles(source: RandomAccess): Promise<Pickles> {
  for (let window = FIRST_WINDOW; ; window *= 4) {
    const length = Math.min(window, source.size);
    try {
      return picklesIn(await readBytes(source, 0, length));
    } catch (thrown) {
      if (!(thrown instanceof PickleCutOff) || length === source.size || window >= LAST_WINDOW) throw thrown;
    }
  }
}

function picklesIn(bytes: Uint8Array): Pickles {
  const protocol = unpickle(bytes, MAGIC.length);
  if (protocol.value !== PROTOCOL_VERSION) throw refused('is of a version of the format that is not known');
  const system = unpickle(bytes, protocol.end);
  if (!(system.value instanceof Dict)) throw damaged('does not say what system wrote it');
  const { storages, load } = storageCollector(true);
  const root = unpickle(bytes, system.end, load);
  const keys = unpickle(bytes, root.end);
  if (!(keys.value instanceof List) || !keys.value.items.every((key) => typeof key === 'string'))
    throw damaged('does not list its storages');
  return { root: root.value, keys: keys.value.items, storages, end: keys.end };
}
