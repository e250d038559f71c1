/** The bytes of a file in order, inflated when it is gzip (told by its first bytes, not its name). */
import { open, stat, type FileHandle } from 'node:fs/promises';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { inputError, LungflowError, toLungflowError } from '../../core/errors.js';

export interface ByteSource {
  readonly compressed: boolean;
  /** No more bytes than this can come out: the file's size, or what deflate can make of it at best. */
  readonly mostBytes: number;
  /** From the first byte on; may be called again, one after another. */
  chunks(chunkBytes: number): AsyncIterable<Uint8Array>;
}

/** Deflate codes at most 258 bytes in two bits. */
const DEFLATE_MOST = 1032;
const GZIP_MAGIC = [0x1f, 0x8b];

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
    throw typed(thrown);
  } finally {
    await handle?.close();
  }
}

async function sourceOf(handle: FileHandle): Promise<ByteSource> {
  const { size } = await handle.stat();
  if (size === 0) {
    throw inputError('file-empty', 'The file is empty.', 'Copy or convert it again.');
  }
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(2), 0, 2, 0);
  const compressed = bytesRead === 2 && GZIP_MAGIC.every((byte, i) => buffer[i] === byte);
  return {
    compressed,
    mostBytes: compressed ? size * DEFLATE_MOST : size,
    chunks: (chunkBytes) => {
      const stored = storedChunks(handle, chunkBytes);
      return compressed ? inflated(stored, chunkBytes) : stored;
    },
  };
}

/** Not a ReadStream: that one closes the handle when it ends early. */
async function* storedChunks(handle: FileHandle, chunkBytes: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; ;) {
    const { buffer, bytesRead } = await handle.read(Buffer.allocUnsafe(chunkBytes), 0, chunkBytes, at);
    if (bytesRead === 0) return;
    yield buffer.subarray(0, bytesRead);
    at += bytesRead;
  }
}

/** node:zlib follows a gzip file over all its members; a `pipeline` carries errors and early ends both ways. */
function inflated(stored: AsyncIterable<Uint8Array>, chunkBytes: number): AsyncIterable<Uint8Array> {
  const gunzip = createGunzip({ chunkSize: chunkBytes });
  pipeline(stored, gunzip, () => undefined); // whoever iterates over the gunzip sees its error
  return gunzip as AsyncIterable<Uint8Array>;
}

function typed(thrown: unknown): LungflowError {
  switch ((thrown as NodeJS.ErrnoException).code) {
    case 'Z_BUF_ERROR':
      return inputError(
        'gzip-truncated',
        'The compressed file ends too early.',
        'Copy it again: it is cut off.',
        thrown,
      );
    case 'Z_DATA_ERROR':
    case 'Z_NEED_DICT':
      return inputError(
        'gzip-damaged',
        'The compressed data are damaged, or something else follows them.',
        'Copy or convert the file again.',
        thrown,
      );
    default:
      return toLungflowError(thrown);
  }
}
