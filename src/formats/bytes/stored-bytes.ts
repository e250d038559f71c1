/** The bytes of an open file, as they are stored. */
import type { FileHandle } from 'node:fs/promises';

/** From a place of the file to its end. Not a ReadStream: that one closes the handle when it ends early. */
export async function* storedChunks(
  handle: FileHandle,
  chunkBytes: number,
  from = 0,
): AsyncGenerator<Uint8Array> {
  for (let at = from; ;) {
    const { buffer, bytesRead } = await handle.read(Buffer.allocUnsafe(chunkBytes), 0, chunkBytes, at);
    if (bytesRead === 0) return;
    yield buffer.subarray(0, bytesRead);
    at += bytesRead;
  }
}

/** As many as asked for, or those that are left. */
export async function storedBytes(handle: FileHandle, at: number, length: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await handle.read(bytes, filled, length - filled, at + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return bytes.subarray(0, filled);
}
