/** Writes files that are there whole or not at all. */
import { randomUUID } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { PassThrough, type Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { toLungflowError } from '../core/errors.js';

/**
 * Streams parts into a temporary file beside `path`, forces it to the disk and renames it; on failure nothing is left.
 * @param through a compressor, if any
 * @throws LungflowError `disk-full`, `permission-denied`, ...
 */
export async function writeWhole(
  path: string,
  parts: Iterable<Uint8Array>,
  through?: Transform,
): Promise<void> {
  const temporary = join(dirname(path), `.${basename(path)}.${randomUUID()}.part`);
  try {
    const handle = await open(temporary, 'wx');
    try {
      const toFile = async (chunks: AsyncIterable<Uint8Array>): Promise<void> => {
        for await (const chunk of chunks) await handle.writeFile(chunk); // from where the last one ended
      };
      await pipeline(parts, through ?? new PassThrough(), toFile);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, path);
  } catch (thrown) {
    await rm(temporary, { force: true }).catch(() => undefined); // the first failure is the one to report
    throw toLungflowError(thrown);
  }
}

const SLICE_BYTES = 1 << 20;

/** An array's bytes in slices (copies, because streams take no shared memory). */
export function* slices(array: ArrayBufferView): Generator<Uint8Array> {
  const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
  for (let at = 0; at < bytes.length; at += SLICE_BYTES)
    yield Uint8Array.from(bytes.subarray(at, at + SLICE_BYTES));
}
