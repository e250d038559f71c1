/** The arrays on disk: one .npy a location, a row a subject. Rows are added in any order of subjects and put in order at the end. */
import { constants } from 'node:fs';
import { mkdir, open, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { resourceError, toLungflowError } from '../../core/errors.js';
import { elementCount } from '../../core/tensor.js';
import { removeTemporaries, syncDirectory, writeDurably } from '../durable-file.js';
import { npyHeader } from '../../formats/npy.js';

/** What `npyHeader` takes for up to a billion rows: the place where rows begin. */
const HEADER_BYTES = 128;
/** Writes and syncs under way at once: Node has four threads for files. More open files gain nothing, and limits are low. */
const AT_ONCE = 4;
/** Rows are copied in pieces of about this size. */
const COPY_BYTES = 8 << 20;

export interface ArrayShape {
  readonly locations: number;
  /** Of one row: `[z, y, x]`. */
  readonly patch: readonly number[];
}

const rowBytes = ({ patch }: ArrayShape): number => elementCount(patch) * Int16Array.BYTES_PER_ELEMENT;
const arrayFile = (location: number): string => `patch_loc_${location}.npy`;
/** The sid of each row, in order. */
export const SUBJECTS_FILE = 'subjects.csv';

/** When it returns, the subject's row survives a crash in every array. @param patches `[locations, z, y, x]` */
export async function writeRow(
  directory: string,
  shape: ArrayShape,
  row: number,
  patches: Int16Array,
): Promise<void> {
  const bytes = rowBytes(shape);
  await forEachLocation(shape, async (location) => {
    const content = new Uint8Array(patches.buffer, patches.byteOffset + location * bytes, bytes);
    const file = await open(join(directory, arrayFile(location)), constants.O_WRONLY | constants.O_CREAT);
    try {
      await writeAt(file, content, HEADER_BYTES + row * bytes);
      await file.datasync();
    } finally {
      await file.close();
    }
  });
  await syncDirectory(directory);
}

/** A few at once; once one fails, no more are begun, and none is under way any more when this rejects: rows never mix. */
async function forEachLocation(
  { locations }: ArrayShape,
  work: (location: number) => Promise<void>,
): Promise<void> {
  let next = 0;
  const hand = async () => {
    try {
      while (next < locations) await work(next++);
    } catch (thrown) {
      next = locations;
      throw thrown;
    }
  };
  const ends = await Promise.allSettled(Array.from({ length: AT_ONCE }, hand));
  const failed = ends.find((end) => end.status === 'rejected');
  if (failed) throw toLungflowError(failed.reason);
}

/** A disk that is nearly full takes a part and only then says so. */
async function writeAt(file: FileHandle, content: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < content.length;) {
    const { bytesWritten } = await file.write(content, done, content.length - done, position + done);
    done += bytesWritten;
  }
}

/** @throws LungflowError `group-damaged` when an array is missing or cannot hold `rows` rows */
export async function requireRows(directory: string, shape: ArrayShape, rows: number): Promise<void> {
  for (let location = 0; location < shape.locations; location++) {
    const path = join(directory, arrayFile(location));
    const size = await stat(path).then(
      (state) => state.size,
      () => 0,
    );
    if (size < HEADER_BYTES + rows * rowBytes(shape))
      throw resourceError(
        'group-damaged',
        `The file ${path} is not there, or too short for its ${rows} rows.`,
        'Put it back, or delete its directory to compute everything again.',
      );
  }
}

/**
 * Moves the arrays from one directory to another with their rows in order, whole and named right. What an interrupted
 * call has done is kept: the same call goes on where it stopped.
 * @param signal stops it between two arrays
 * @param rows which row of `from` each row of `to` is
 */
export async function putInOrder(
  from: string,
  to: string,
  shape: ArrayShape,
  rows: readonly number[],
  signal?: AbortSignal,
): Promise<void> {
  await mkdir(to, { recursive: true });
  await removeTemporaries(to);
  const header = npyHeader(new Int16Array(0), [rows.length, ...shape.patch]);
  if (header.length !== HEADER_BYTES) throw new Error(`an array's header takes ${header.length} bytes`);
  const inPlace = rows.every((row, index) => row === index);
  await forEachLocation(shape, async (location) => {
    signal?.throwIfAborted();
    const [source, target] = [from, to].map((directory) => join(directory, arrayFile(location)));
    if (!(await exists(target))) {
      if (inPlace) {
        await complete(source, header, HEADER_BYTES + rows.length * rowBytes(shape));
        await rename(source, target);
      } else await writeDurably(target, reordered(source, header, rows, rowBytes(shape)));
    }
    await rm(source, { force: true });
  });
  await syncDirectory(to);
}

/** Nothing but the header is missing; whatever follows the rows goes. */
async function complete(path: string, header: Uint8Array, size: number): Promise<void> {
  const file = await open(path, 'r+');
  try {
    await writeAt(file, header, 0);
    await file.truncate(size);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function* reordered(
  path: string,
  header: Uint8Array,
  rows: readonly number[],
  bytes: number,
): AsyncGenerator<Uint8Array> {
  yield header;
  const most = Math.max(1, Math.floor(COPY_BYTES / bytes));
  const file = await open(path, 'r');
  try {
    for (let at = 0; at < rows.length;) {
      let count = 1; // rows that follow each other are read at once
      while (count < most && rows[at + count] === rows[at] + count) count++;
      const piece = Buffer.allocUnsafe(count * bytes);
      await readAt(file, piece, HEADER_BYTES + rows[at] * bytes, path);
      yield piece;
      at += count;
    }
  } finally {
    await file.close();
  }
}

async function readAt(file: FileHandle, into: Uint8Array, position: number, path: string): Promise<void> {
  for (let done = 0; done < into.length;) {
    const { bytesRead } = await file.read(into, done, into.length - done, position + done);
    if (bytesRead === 0) throw new Error(`${path} ends too early`);
    done += bytesRead;
  }
}

export const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );
