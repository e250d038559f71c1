/** The bytes of a file in order, inflated when it is gzip (told by its first bytes, not its name). */
import { open, stat, type FileHandle } from 'node:fs/promises';
import { inputError, toLungflowError } from '../../core/errors.js';
import { gzipError } from './gzip-errors.js';
import { inflateMembers, isGzip } from './gzip-members.js';
import { storedBytes, storedChunks } from './stored-bytes.js';

export interface ByteSource {
  readonly compressed: boolean;
  /** No more bytes than this can come out: the file's size, or what deflate can make of it at best. */
  readonly mostBytes: number;
  /** From the first byte on; may be called again, one after another. */
  chunks(chunkBytes: number): AsyncIterable<Uint8Array>;
  /** Bytes of the file behind its gzip members that belong to none (a line end, text): known when all chunks have been read. */
  foreignBytes(): number;
}

/** Deflate codes at most 258 bytes in two bits. */
const DEFLATE_MOST = 1032;

/** @throws LungflowError, whatever goes wrong: `not-a-file`, `file-empty`, `gzip-truncated`, `gzip-damaged`, system errors */
export async function withByteSource<T>(path: string, use: (source: ByteSource) => Promise<T>): Promise<T> {
  let handle: FileHandle | undefined;
  try {
    if (!(await stat(path)).isFile()) {
      throw inputError(
        'not-a-file',
        'What the path names is not a regular file.',
        'Name the image file itself.',
      );
    }
    handle = await open(path);
    return await use(await sourceOf(handle));
  } catch (thrown) {
    throw gzipError(thrown) ?? toLungflowError(thrown);
  } finally {
    await handle?.close();
  }
}

const HEAD_CHUNK_BYTES = 1 << 12;

/** As many as asked for, or those of a shorter file. */
export async function firstBytes(source: ByteSource, count: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of source.chunks(HEAD_CHUNK_BYTES)) {
    parts.push(chunk);
    bytes += chunk.length;
    if (bytes >= count) break;
  }
  return Buffer.concat(parts).subarray(0, count);
}

async function sourceOf(handle: FileHandle): Promise<ByteSource> {
  const { size } = await handle.stat();
  if (size === 0) {
    throw inputError('file-empty', 'The file is empty.', 'Copy or convert it again.');
  }
  const compressed = isGzip(await storedBytes(handle, 0, 2));
  let foreign = 0;
  return {
    compressed,
    mostBytes: compressed ? size * DEFLATE_MOST : size,
    chunks: (chunkBytes) =>
      compressed
        ? telling(inflateMembers(handle, chunkBytes), (bytes) => (foreign = bytes))
        : storedChunks(handle, chunkBytes),
    foreignBytes: () => foreign,
  };
}

/** What the iteration comes to an end with, told as well as the bytes before it. */
async function* telling<R>(
  chunks: AsyncGenerator<Uint8Array, R, void>,
  tell: (result: R) => void,
): AsyncGenerator<Uint8Array, void, void> {
  tell(yield* chunks);
}
