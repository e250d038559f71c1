/** Reads a dataset's rows, in the manifest's order; of a run that was killed, those that it had finished. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { resourceError, usageError } from '../../core/errors.js';
import { arrowFile } from '../../formats/arrow/arrow-file.js';
import type { Cell, Column, Row, TableFormat, TensorValues } from '../../formats/arrow/column.js';
import { tableFormat } from '../../formats/arrow/table-format.js';
import { JOURNAL, waitingRows } from './journal.js';
import { partFormat } from './layout.js';
import { namesIn } from './names-in.js';
import { pipelineDifferences } from './same-pipeline.js';
import { nextOf, openStored, type StoredFile, storedRows, type StoredRows } from './stored-file.js';
import { provenanceOf } from './table.js';

/** int64 is bigint, a missing value null; a tensor is a view that its batch of rows shares. */
export type DatasetCell = Scalar | { readonly data: TensorValues; readonly shape: readonly number[] };

type Scalar = Exclude<Cell, TensorValues>;

/** By the columns' names. */
export interface DatasetRow extends Readonly<Record<string, DatasetCell>> {
  readonly sid: string;
  readonly flags: readonly string[];
}

/** The table of a finished, running or interrupted run. */
export interface Dataset {
  /** Paths of its tables; tensors that `format: npy` has in files of their own are not among them. */
  readonly files: readonly string[];
  /** None where no subject has come to its end. */
  readonly columns: readonly Column[];
  /** How the results came about: pipeline, versions, weights. */
  readonly provenance: ReadonlyMap<string, string>;
  /** Of the rows, in order. */
  readonly sids: readonly string[];
  /**
   * A bounded number of rows is in memory at once.
   * @throws LungflowError `table-corrupt`, which names the file
   */
  rows(): AsyncGenerator<DatasetRow, void, void>;
}

/** Whether a directory holds tables that a run has written, whole or not. */
export async function isDataset(directory: string): Promise<boolean> {
  return (await namesIn(directory)).some((name) => name === JOURNAL || partFormat(name) !== undefined);
}

function noneThere(error: unknown): never[] {
  if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return [];
  throw error;
}

/** Datasets of a run's output: the directory itself, or those just below it. */
export async function findDatasets(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { withFileTypes: true }).catch(noneThere);
  const below = entries
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
    .map(({ name }) => join(directory, name))
    .sort();
  const found = await Promise.all(
    [directory, ...below].map(async (path) => ((await isDataset(path)) ? [path] : [])),
  );
  return found.flat();
}

/**
 * Reads the tables' metadata alone. What a run writes meanwhile is not seen, and files that it replaces are missed.
 * @throws LungflowError `no-dataset`, `table-corrupt`, `dataset-mixed`
 */
export async function openDataset(directory: string): Promise<Dataset> {
  if (!(await isDataset(directory)))
    throw usageError(
      'no-dataset',
      `The directory ${directory} holds no table that a run has written.`,
      'Name the directory that `write` made inside the output: `features`, unless the pipeline says otherwise.',
    );
  const tables = await tablesOf(directory);
  requireAlike(tables);
  const found = inOrder(tables);
  const schema = tables.at(0)?.file.schema;
  return {
    files: tables.map(({ file }) => file.path),
    columns: schema?.columns ?? [],
    provenance: schema ? provenanceOf(schema) : new Map(),
    sids: found.map(({ sid }) => sid),
    rows: () => readRows(found),
  };
}

interface TableOnDisk {
  readonly format: TableFormat;
  readonly file: StoredFile;
}

/** The parts in order, then the rows that wait for theirs. */
async function tablesOf(directory: string): Promise<TableOnDisk[]> {
  const parts: TableOnDisk[] = [];
  for (const name of (await readdir(directory)).sort()) {
    const kind = partFormat(name);
    if (kind === undefined) continue;
    const format = await tableFormat(kind);
    parts.push({ format, file: await openStored(format, join(directory, name)) });
  }
  const waiting = await waitingRows(join(directory, JOURNAL));
  return [...parts, ...waiting.map((file) => ({ format: arrowFile, file }))];
}

function requireAlike([first, ...others]: readonly TableOnDisk[]): void {
  if (first === undefined) return;
  for (const { file } of others) {
    const differences = pipelineDifferences(first.file.schema, file.schema);
    if (differences.length > 0)
      throw resourceError(
        'dataset-mixed',
        `The files ${first.file.path} and ${file.path} are of different pipelines: ${differences[0]}.`,
        'Read each in a directory of its own.',
      );
  }
}

interface RowOnDisk {
  readonly sid: string;
  readonly index: number;
  readonly table: TableOnDisk;
}

/** By position in the manifest. A row that waits is newer than the same subject's in a part. */
function inOrder(tables: readonly TableOnDisk[]): RowOnDisk[] {
  const bySid = new Map<string, RowOnDisk>();
  for (const table of tables)
    for (const entry of table.file.entries) bySid.set(entry.sid, { ...entry, table });
  return [...bySid.values()].sort((a, b) => a.index - b.index || (a.sid < b.sid ? -1 : 1));
}

async function* readRows(found: readonly RowOnDisk[]): AsyncGenerator<DatasetRow, void, void> {
  const open = new Map<TableOnDisk, StoredRows>();
  const lastOf = new Map(found.map((row) => [row.table, row]));
  try {
    for (const row of found) {
      const { format, file } = row.table;
      const rows = open.get(row.table) ?? storedRows(format, file);
      open.set(row.table, rows);
      yield asObject(file.schema.columns, await nextOf(row.sid, rows, file)); // a table's rows are in order, too
      if (lastOf.get(row.table) === row) await rows.return();
    }
  } finally {
    for (const rows of open.values()) await rows.return();
  }
}

function asObject(columns: readonly Column[], row: Row): DatasetRow {
  const cells = columns.map(({ name, type }, at): [string, DatasetCell] => {
    const cell = row[at];
    return [
      name,
      typeof type === 'string' ? (cell as Scalar) : { data: cell as TensorValues, shape: type.shape },
    ];
  });
  return Object.fromEntries(cells) as unknown as DatasetRow;
}
