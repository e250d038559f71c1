/** A file that is read at the places where it matters, and never held whole. */
import { open, stat } from 'node:fs/promises';
import { damaged } from './unsound.js';

export interface RandomAccess {
  readonly size: number;
  /** Fills the bytes from that place of the file on, all of them. */
  fill(bytes: Uint8Array, at: number): Promise<void>;
}

const CHUNK_BYTES = 2 ** 20;

/** @throws system errors; EISDIR for whatever is not a regular file (opening a named pipe would wait for ever) */
export async function withRandomAccess<T>(
  path: string,
  use: (source: RandomAccess) => Promise<T>,
): Promise<T> {
  if (!(await stat(path)).isFile())
    throw Object.assign(new Error('not a regular file'), { code: 'EISDIR', syscall: 'open' });
  const handle = await open(path);
  try {
    const { size } = await handle.stat();
    return await use({
      size,
      async fill(bytes, at) {
        for (let done = 0; done < bytes.length;) {
          const { bytesRead } = await handle.read(bytes, done, bytes.length - done, at + done);
          if (bytesRead === 0) throw damaged('became shorter while it was read');
          done += bytesRead;
        }
      },
    });
  } finally {
    await handle.close();
  }
}

/** @throws Unsound when the file does not hold these bytes; before anything is allocated */
export async function readBytes(source: RandomAccess, at: number, length: number): Promise<Uint8Array> {
  requireWithin(source, at, length);
  const bytes = new Uint8Array(length);
  await source.fill(bytes, at);
  return bytes;
}

/** A stretch of the file, piece by piece. Each piece is overwritten by the next. */
export async function* chunksOf(
  source: RandomAccess,
  at: number,
  length: number,
): AsyncGenerator<Uint8Array> {
  requireWithin(source, at, length);
  const buffer = new Uint8Array(Math.min(CHUNK_BYTES, length));
  for (let done = 0; done < length; done += CHUNK_BYTES) {
    const chunk = buffer.subarray(0, Math.min(CHUNK_BYTES, length - done));
    await source.fill(chunk, at + done);
    yield chunk;
  }
}

function requireWithin({ size }: RandomAccess, at: number, length: number): void {
  const sound = Number.isSafeInteger(at) && Number.isSafeInteger(length) && at >= 0 && length >= 0;
  if (!sound || at + length > size) throw damaged('is cut off: it points beyond its own end');
}
