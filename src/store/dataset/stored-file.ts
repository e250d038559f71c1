/** Table files of a dataset. Each lists its rows in the schema's metadata: resuming reads no tensor. */
import { z } from 'zod';
import type { Row, TableFormat, TableSchema } from '../../formats/arrow/column.js';
import { tableCorrupt } from '../../formats/arrow/corrupt.js';
import { writeDurably } from '../durable-file.js';

/** Which subject a row is of, and its position in the manifest. */
export interface Entry {
  readonly index: number;
  readonly sid: string;
}

export interface StoredFile {
  readonly path: string;
  readonly schema: TableSchema;
  /** In the order of the rows. */
  readonly entries: readonly Entry[];
}

const entriesKey = 'lungflow.rows';
const entriesJson = z.array(z.tuple([z.int().min(0), z.string()]));

export async function writeStored(
  format: TableFormat,
  { path, schema, entries }: StoredFile,
  rows: AsyncIterable<Row>,
): Promise<void> {
  const listed = JSON.stringify(entries.map(({ index, sid }) => [index, sid]));
  const metadata = new Map([...schema.metadata, [entriesKey, listed]]);
  await writeDurably(path, format.encode({ ...schema, metadata }, rows));
}

/** @throws LungflowError `table-corrupt` when it is not a whole file of a dataset. */
export async function openStored(format: TableFormat, path: string): Promise<StoredFile> {
  const { columns, metadata } = await format.readSchema(path);
  const rest = new Map(metadata);
  rest.delete(entriesKey);
  return { path, schema: { columns, metadata: rest }, entries: parseEntries(path, metadata.get(entriesKey)) };
}

function parseEntries(path: string, listed: string | undefined): Entry[] {
  try {
    return entriesJson.parse(JSON.parse(listed!)).map(([index, sid]) => ({ index, sid }));
  } catch (error) {
    throw tableCorrupt(path, error);
  }
}

export type StoredRows = AsyncGenerator<readonly [Entry, Row], void, void>;

/** The file's rows with their entries. @throws LungflowError `table-corrupt` when it has other rows than it lists. */
export async function* storedRows(format: TableFormat, { path, entries }: StoredFile): StoredRows {
  let next = 0;
  for await (const row of format.readRows(path)) {
    const entry = entries[next++];
    if (entry === undefined) throw tableCorrupt(path);
    yield [entry, row];
  }
  if (next !== entries.length) throw tableCorrupt(path);
}

/** The subject's row, those before it passed over. @throws LungflowError `table-corrupt` when there is none. */
export async function nextOf(sid: string, rows: StoredRows, { path }: StoredFile): Promise<Row> {
  for (;;) {
    const next = await rows.next();
    if (next.done === true) throw tableCorrupt(path);
    const [entry, row] = next.value;
    if (entry.sid === sid) return row;
  }
}
