/** `.rows/`: finished rows that wait for their part file, one Arrow file each, and the keys of all rows. */
import { createHash } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { resourceError } from '../../core/errors.js';
import { arrowFile } from '../../formats/arrow/arrow-file.js';
import type { Row, TableSchema } from '../../formats/arrow/column.js';
import { removeTemporaries, syncDirectory } from '../durable-file.js';
import { namesIn } from './names-in.js';
import { Log, type LogFormat } from '../log.js';
import { type Entry, openStored, type StoredFile, writeStored } from './stored-file.js';

/** Inside the dataset's directory. */
export const JOURNAL = '.rows';

type KeyRecord = [sid: string, key: string, ...flags: string[]];

const keyLog: LogFormat<undefined, KeyRecord> = {
  header: z.undefined(),
  record: z.tuple([z.string(), z.string()], z.string()),
  damaged: (path, cause) =>
    resourceError(
      'key-log',
      `The file ${path}, which says what the dataset's rows were made from, is damaged.`,
      'Delete it to compute the rows again, or choose another `out`.',
      cause,
    ),
};

export class Journal {
  private constructor(
    private readonly directory: string,
    private readonly log: Log<undefined, KeyRecord>,
    /** What each row was last made from: see input-key.ts. Kept out of the parts, whose bytes must not hold times. */
    readonly keys: Map<string, string>,
    /** What is suspicious about each row. */
    readonly flags: Map<string, readonly string[]>,
  ) {}

  /** @throws LungflowError `key-log` when the keys are damaged */
  static async open(directory: string): Promise<Journal> {
    await mkdir(directory, { recursive: true });
    await removeTemporaries(directory);
    const path = join(directory, 'keys.jsonl');
    const log = (await Log.open(path, keyLog)) ?? (await Log.create<undefined, KeyRecord>(path, undefined));
    return new Journal(
      directory,
      log,
      new Map(log.records.map(([sid, key]) => [sid, key])), // the last key of each sid
      new Map(log.records.map(([sid, , ...flags]) => [sid, flags])),
    );
  }

  list(): Promise<StoredFile[]> {
    return waitingRows(this.directory);
  }

  /** The key first: a row must never be taken for one of a newer key. */
  async noteKey(sid: string, key: string, flags: readonly string[]): Promise<void> {
    await this.log.append([sid, key, ...flags]);
    this.keys.set(sid, key);
    this.flags.set(sid, flags);
  }

  async add(schema: TableSchema, entry: Entry, row: Row): Promise<void> {
    const file: StoredFile = { path: this.pathOf(entry.sid), schema, entries: [entry] };
    await writeStored(arrowFile, file, only(row));
  }

  async remove(sids: readonly string[]): Promise<void> {
    await Promise.all(sids.map((sid) => rm(this.pathOf(sid), { force: true })));
    await syncDirectory(this.directory);
  }

  /** A hash, because file systems may take `a` and `A` for one name. */
  pathOf(sid: string): string {
    return join(this.directory, `${createHash('sha256').update(sid).digest('hex').slice(0, 32)}.arrow`);
  }
}

/** The rows of a journal's directory, one a file; a journal that is not there has none. */
export async function waitingRows(directory: string): Promise<StoredFile[]> {
  const files: StoredFile[] = [];
  for (const name of (await namesIn(directory)).filter((name) => name.endsWith('.arrow')).sort())
    files.push(await openStored(arrowFile, join(directory, name)));
  return files;
}

// eslint-disable-next-line @typescript-eslint/require-await -- one row, as the stream that formats take
async function* only(row: Row): AsyncGenerator<Row> {
  yield row;
}
