/** Writes files that are there whole or not at all. */
import { randomUUID } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { toLungflowError } from '../core/errors.js';

type Through = (NodeJS.ReadWriteStream & { destroy(): unknown }) | undefined;

/**
 * Streams parts into a temporary file beside `path`, forces it to the disk and renames it; on failure nothing is left.
 * @param through a compressor, if any
 * @throws LungflowError `disk-full`, `permission-denied`, ...
 */
export async function writeWhole(
  path: string,
  parts: Iterable<Uint8Array>,
  through?: Through,
): Promise<void> {
  const temporary = join(dirname(path), `.${basename(path)}.${randomUUID()}.part`);
  try {
    const handle = await open(temporary, 'wx');
    try {
      const file = handle.createWriteStream({ autoClose: false });
      await (through ? pipeline(parts, through, file) : pipeline(parts, file));
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, path);
  } catch (thrown) {
    await rm(temporary, { force: true });
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
