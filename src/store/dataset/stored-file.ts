/** Table files of a dataset. Each lists its rows in the schema's metadata: resuming reads no tensor. */
import { z } from 'zod';
import { writeDurably } from '../durable-file.js';
import type { Row, TableFormat, TableSchema } from '../../formats/arrow/column.js';
import { tableCorrupt } from '../../formats/arrow/corrupt.js';

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

/** The file's rows with their entries. @throws LungflowError `table-corrupt` when rows are missing. */
export async function* storedRows(
  format: TableFormat,
  { path, entries }: StoredFile,
): AsyncGenerator<readonly [Entry, Row]> {
  let next = 0;
  for await (const row of format.readRows(path)) yield [entries[next++], row];
  if (next !== entries.length) throw tableCorrupt(path);
}
