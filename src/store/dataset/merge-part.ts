/** Makes a part file from the journal and its present self. Compressing takes seconds: a worker thread's, while there is one. */
import { arrowFile } from '../../formats/arrow/arrow-file.js';
import type { Row } from '../../formats/arrow/column.js';
import { tableFormat, type TableFormatName } from '../../formats/arrow/table-format.js';
import { nextOf, openStored, type StoredFile, storedRows, writeStored } from './stored-file.js';

export interface MergeOrder {
  readonly format: TableFormatName;
  /** What is to stand in the end. */
  readonly part: StoredFile;
  /** The part as it stands; undefined when all rows are in the journal. */
  readonly present: StoredFile | undefined;
  /** For each entry of `part`, the journal's file, where it is there. */
  readonly waiting: readonly (string | undefined)[];
}

/** A batch of rows at a time; both the part and its entries are in the manifest's order. */
export async function mergePart({ format, part, present, waiting }: MergeOrder): Promise<void> {
  const table = await tableFormat(format);
  async function* merged(): AsyncGenerator<Row> {
    const standing = present && storedRows(table, present);
    try {
      for (const [at, { sid }] of part.entries.entries()) {
        const path = waiting[at];
        yield path === undefined ? await nextOf(sid, standing!, present!) : await readOnlyRow(path);
      }
    } finally {
      await standing?.return(undefined);
    }
  }
  await writeStored(table, part, merged());
}

/** Of a journal's file. */
export async function readOnlyRow(path: string): Promise<Row> {
  let found: Row = [];
  for await (const [, row] of storedRows(arrowFile, await openStored(arrowFile, path))) found = row;
  return found;
}
