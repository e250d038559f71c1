/**
 * A zip archive's directory, by yauzl, which knows the format and zip64; and held to what it leaves to its callers: no
 * name twice, nothing encrypted or compressed, local headers that say the same as the directory, entries that do not overlap.
 */
import { fromRandomAccessReaderPromise, RandomAccessReader, type Entry, type ZipFile } from 'yauzl';
import { readBytes, type RandomAccess } from '../random-access.js';
import { damaged, refused, Unsound } from '../unsound.js';
import type { Extent } from './storages.js';

/** A published checkpoint has 300. */
const MAX_ENTRIES = 10_000;
const STORED = 0;
const ENCRYPTED = 0x0001 | 0x0040 | 0x2000;
/** Sizes and checksum follow the data; the local header may hold zeros. */
const DESCRIBED_AFTERWARDS = 0x0008;
const IN_ZIP64_EXTRA = 0xffffffff;

/** @throws Unsound; system errors */
export async function readZipDirectory(source: RandomAccess): Promise<ReadonlyMap<string, Extent>> {
  try {
    const zip = await fromRandomAccessReaderPromise(new ArchiveReader(source), source.size, {
      strictFileNames: true,
      autoClose: false,
    });
    return await checkedEntries(zip);
  } catch (thrown) {
    if (thrown instanceof Unsound || (thrown instanceof Error && 'syscall' in thrown)) throw thrown;
    throw damaged('is not a sound zip archive', thrown);
  }
}

/** yauzl asks Node for whatever place the file names; Node throws, outside of any promise, at places beyond 2^53. */
class ArchiveReader extends RandomAccessReader {
  constructor(private readonly source: RandomAccess) {
    super();
  }

  override read(
    buffer: Buffer,
    offset: number,
    length: number,
    position: number,
    callback: (error: Error | null) => void,
  ): void {
    readBytes(this.source, position, length).then((bytes) => {
      buffer.set(bytes, offset);
      callback(null);
    }, callback);
  }
}

interface Span {
  readonly start: number;
  readonly end: number;
}

async function checkedEntries(zip: ZipFile): Promise<ReadonlyMap<string, Extent>> {
  if (zip.entryCount > MAX_ENTRIES) throw refused(`has more than ${MAX_ENTRIES} entries in its archive`);
  const directoryStart = Number(zip.readEntryCursor);
  const extents = new Map<string, Extent>();
  const spans: Span[] = [];
  for await (const entry of zip.eachEntry()) {
    const name = entry.fileName;
    if (extents.has(name)) throw refused('has two entries of one name in its archive');
    const extent = await extentOf(zip, entry);
    extents.set(name, extent);
    spans.push({ start: entry.relativeOffsetOfLocalHeader, end: extent.start + extent.bytes });
  }
  spans.sort((a, b) => a.start - b.start || a.end - b.end);
  spans.push({ start: directoryStart, end: directoryStart });
  for (let i = 1; i < spans.length; i++)
    if (spans[i - 1].end > spans[i].start) throw refused('has overlapping entries in its archive');
  return extents;
}

async function extentOf(zip: ZipFile, entry: Entry): Promise<Extent> {
  if (entry.generalPurposeBitFlag & ENCRYPTED) throw refused('has an encrypted entry in its archive');
  if (entry.compressionMethod !== STORED)
    throw refused('has a compressed entry in its archive, which torch.save never writes');
  const local = await zip.readLocalFileHeaderPromise(entry);
  const later = (local.generalPurposeBitFlag & DESCRIBED_AFTERWARDS) !== 0;
  const sizeAgrees = (here: number, there: number): boolean =>
    here === there || here === IN_ZIP64_EXTRA || (here === 0 && later);
  const same =
    local.fileName.equals(entry.fileNameRaw) &&
    local.generalPurposeBitFlag === entry.generalPurposeBitFlag &&
    local.compressionMethod === entry.compressionMethod &&
    sizeAgrees(local.compressedSize, entry.compressedSize) &&
    sizeAgrees(local.uncompressedSize, entry.uncompressedSize) &&
    (local.crc32 === entry.crc32 || (local.crc32 === 0 && later));
  if (!same) throw damaged('has an entry that its archive describes in two ways');
  return { start: local.fileDataStart, bytes: entry.compressedSize, crc32: entry.crc32 };
}
