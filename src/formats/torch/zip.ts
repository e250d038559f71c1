/** What torch.save writes since PyTorch 1.6: a zip archive `NAME/data.pkl`, `NAME/data/<key>`, `NAME/version`, `NAME/byteorder`. */
import { dtypes } from '../dtype.js';
import { readBytes, type RandomAccess } from '../random-access.js';
import { damaged, refused, unrecognised } from '../unsound.js';
import { storageCollector, verifyChecksum, type Extent, type Unpacked } from './storages.js';
import { unpickle } from './unpickle.js';
import { readZipDirectory } from './zip-directory.js';

const MAX_PICKLE_BYTES = 64 * 2 ** 20;
const MAX_NOTE_BYTES = 64;
/** Of torch's `kMinSupportedFileFormatVersion` to `kMaxSupportedFileFormatVersion`. */
const VERSION = /^([1-9]|10)\n?$/;

const MAGIC = 'PK\x03\x04';
export const looksLikeZip = (start: Uint8Array): boolean =>
  Buffer.from(start.subarray(0, MAGIC.length)).toString('latin1') === MAGIC;

/** @throws Unsound; system errors */
export async function readZip(source: RandomAccess): Promise<Unpacked> {
  const entries = await readZipDirectory(source);
  const folder = folderOf(entries);
  const note = async (name: string): Promise<string | undefined> => {
    const extent = entries.get(folder + name);
    return extent && new TextDecoder('latin1').decode(await record(source, extent, MAX_NOTE_BYTES));
  };
  if (!VERSION.test((await note('version')) ?? ''))
    throw refused('is of a version of the format that is not known');
  const byteOrder = (await note('byteorder')) ?? 'little';
  if (byteOrder !== 'little' && byteOrder !== 'big') throw refused('has bytes in an unknown order');

  const { storages, load } = storageCollector(false);
  const pickle = await record(source, entries.get(`${folder}data.pkl`)!, MAX_PICKLE_BYTES);
  const { value, end } = unpickle(pickle, 0, load);
  if (end !== pickle.length) throw damaged('has bytes after its pickle');
  const extents = new Map<string, Extent>();
  for (const [key, { dtype, length }] of storages) {
    const extent = entries.get(`${folder}data/${key}`);
    if (extent?.bytes !== length * dtypes[dtype].bytes)
      throw damaged('has a storage of another size than its archive holds');
    extents.set(key, extent);
  }
  return { format: 'PyTorch checkpoint (zip)', root: value, extents, littleEndian: byteOrder === 'little' };
}

/** `NAME/`, which everything is in. */
function folderOf(entries: ReadonlyMap<string, Extent>): string {
  const pickles = [...entries.keys()].filter((name) => /^[^/]+\/data\.pkl$/.test(name));
  if (pickles.length !== 1) throw unrecognised('is a zip archive, but not one of torch.save');
  const folder = pickles[0].slice(0, -'data.pkl'.length);
  if (entries.has(`${folder}constants.pkl`))
    throw unrecognised('is a TorchScript program; what is wanted is a state dict written by torch.save');
  if ([...entries.keys()].some((name) => !name.startsWith(folder)))
    throw unrecognised('is a zip archive, but not one of torch.save');
  return folder;
}

async function record(source: RandomAccess, extent: Extent, most: number): Promise<Uint8Array> {
  if (extent.bytes > most) throw refused('has a record that is larger than any sound one');
  await verifyChecksum(source, extent);
  return readBytes(source, extent.start, extent.bytes);
}
