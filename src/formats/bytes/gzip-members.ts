/** A gzip file inflated member by member: unlike node:zlib, this knows where the last one ends, so what follows it can be told from damage. */
import type { FileHandle } from 'node:fs/promises';
import { pipeline } from 'node:stream';
import { crc32, createGunzip, createInflateRaw } from 'node:zlib';
import { gzipDamaged, gzipTruncated } from './gzip-errors.js';
import { gzipHeaderLength } from './gzip-header.js';
import { storedBytes, storedChunks } from './stored-bytes.js';

const MAGIC = [0x1f, 0x8b];
const TRAILER_BYTES = 8;
/** Headers are short; one with a name or comment beyond the longer stretch is taken for damaged. */
const HEADER_BYTES = [512, 1 << 17] as const;
/** Files of more members than this (bgzip makes one of each 64 KB) go on in node:zlib: quicker, and nothing may follow them. */
const MEMBERS_ONE_BY_ONE = 16;
/** As far as zeros are looked at to be taken for padding. */
const PADDING_BYTES = 1 << 20;

export const isGzip = (start: Uint8Array): boolean => MAGIC.every((byte, i) => start[i] === byte);

/**
 * @param handle of a file that `isGzip`
 * @returns how many bytes follow the last member and belong to none; none where all are zeros, the padding of tapes
 * @throws LungflowError `gzip-truncated`, `gzip-damaged`; errors of node:zlib
 */
export async function* inflateMembers(
  handle: FileHandle,
  chunkBytes: number,
): AsyncGenerator<Uint8Array, number, void> {
  let at = 0;
  for (let members = 0; members < MEMBERS_ONE_BY_ONE; members++) {
    at = yield* inflateMember(handle, chunkBytes, at);
    const next = await storedBytes(handle, at, MAGIC.length);
    if (next.length === 0) return 0;
    if (next[0] === MAGIC[0] && next.length < MAGIC.length) throw gzipTruncated();
    if (!isGzip(next)) return foreignBytes(handle, at);
  }
  const gunzip = createGunzip({ chunkSize: chunkBytes });
  pipeline(storedChunks(handle, chunkBytes, at), gunzip, () => undefined);
  yield* gunzip as AsyncIterable<Uint8Array>;
  return 0;
}

/** @returns where the member ends. A `pipeline` carries errors and early ends both ways; whoever iterates sees them. */
async function* inflateMember(
  handle: FileHandle,
  chunkBytes: number,
  from: number,
): AsyncGenerator<Uint8Array, number, void> {
  const data = from + (await headerLengthAt(handle, from));
  const inflate = createInflateRaw({ chunkSize: chunkBytes });
  pipeline(storedChunks(handle, chunkBytes, data), inflate, () => undefined);
  let [checksum, length] = [0, 0];
  for await (const chunk of inflate as AsyncIterable<Uint8Array>) {
    checksum = crc32(chunk, checksum);
    length += chunk.length;
    yield chunk;
  }
  const end = data + inflate.bytesWritten; // what it was given and has taken
  const trailer = await storedBytes(handle, end, TRAILER_BYTES);
  if (trailer.length < TRAILER_BYTES) throw gzipTruncated();
  const view = new DataView(trailer.buffer);
  if (view.getUint32(0, true) !== checksum || view.getUint32(4, true) !== length % 2 ** 32)
    throw gzipDamaged();
  return end + TRAILER_BYTES;
}

async function headerLengthAt(handle: FileHandle, at: number): Promise<number> {
  for (const most of HEADER_BYTES) {
    const bytes = await storedBytes(handle, at, most);
    const length = gzipHeaderLength(bytes);
    if (length !== undefined) return length;
    if (bytes.length < most) throw gzipTruncated();
  }
  throw gzipDamaged();
}

async function foreignBytes(handle: FileHandle, from: number): Promise<number> {
  const start = await storedBytes(handle, from, PADDING_BYTES);
  return start.every((byte) => byte === 0) ? 0 : (await handle.stat()).size - from;
}
