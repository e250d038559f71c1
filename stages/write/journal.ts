/** `.rows/`: finished rows that wait for their part file, one Arrow file each, and the keys of all rows. */
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { arrowFile } from '../../src/formats/arrow/arrow-file.js';
import type { Row, TableSchema } from '../../src/formats/arrow/column.js';
import { appendDurably, removeTemporaries, syncDirectory } from '../../src/formats/durable-file.js';
import { type Entry, openStored, type StoredFile, writeStored } from './stored-file.js';

export class Journal {
  private constructor(
    private readonly directory: string,
    /** What each row was last made from: see row-key.ts. Kept out of the parts, whose bytes must not hold times. */
    readonly keys: Map<string, string>,
  ) {}

  static async open(directory: string): Promise<Journal> {
    await mkdir(directory, { recursive: true });
    await removeTemporaries(directory);
    return new Journal(directory, await readKeys(join(directory, keyLog)));
  }

  async list(): Promise<StoredFile[]> {
    const files: StoredFile[] = [];
    for (const name of (await readdir(this.directory)).filter((name) => name.endsWith('.arrow')).sort()) {
      files.push(await openStored(arrowFile, join(this.directory, name)));
    }
    return files;
  }

  /** The key first: a row must never be taken for one of a newer key. */
  async noteKey(sid: string, key: string): Promise<void> {
    await appendDurably(join(this.directory, keyLog), `\n${JSON.stringify([sid, key])}\n`);
    this.keys.set(sid, key);
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

const keyLog = 'keys.jsonl';

/** The last key of each sid. A line that a crash cut short is skipped: its row was not yet written. */
async function readKeys(path: string): Promise<Map<string, string>> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  });
  const keys = new Map<string, string>();
  for (const line of text.split('\n')) {
    const match = /^\["([\w.-]+)","([0-9a-f]+)"\]$/.exec(line);
    if (match) keys.set(match[1], match[2]);
  }
  return keys;
}

// eslint-disable-next-line @typescript-eslint/require-await -- one row, as the stream that formats take
async function* only(row: Row): AsyncGenerator<Row> {
  yield row;
}
