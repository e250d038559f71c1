/** Part files: part k holds the rows of the manifest's positions [k * rows, (k + 1) * rows), in order. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { resourceError } from '../../src/core/errors.js';
import type { Row, TableFormat, TableSchema } from '../../src/formats/arrow/column.js';
import type { Journal } from './journal.js';
import { type Entry, openStored, type StoredFile, storedRows, writeStored } from './stored-file.js';

export class Parts {
  /** What stands in the directory now. */
  readonly files: Map<number, StoredFile>;

  private constructor(
    private readonly directory: string,
    private readonly format: TableFormat,
    files: readonly (readonly [number, StoredFile])[],
  ) {
    this.files = new Map(files);
  }

  /** @throws LungflowError when something else than whole parts of this format stands in the directory. */
  static async open(directory: string, format: TableFormat): Promise<Parts> {
    const files: [number, StoredFile][] = [];
    // Hidden names are left alone: readers of dataset directories pass over them as well.
    for (const name of (await readdir(directory)).filter((name) => !name.startsWith('.')).sort()) {
      const [, number, extension] = /^part-(\d{5,})\.(\w+)$/.exec(name) ?? [];
      if (extension !== format.extension) throw foreignFile(directory, name);
      files.push([Number(number), await openStored(format, join(directory, name))]);
    }
    return new Parts(directory, format, files);
  }

  rows(part: number): AsyncGenerator<readonly [Entry, Row]> {
    return storedRows(this.format, this.files.get(part)!);
  }

  /** Writes part `part` anew from the journal and from its present file, a batch of rows at a time. */
  async merge(
    part: number,
    schema: TableSchema,
    entries: readonly Entry[],
    inJournal: (sid: string) => boolean,
    journal: Journal,
  ): Promise<void> {
    const name = `part-${String(part).padStart(5, '0')}.${this.format.extension}`;
    const file: StoredFile = { path: join(this.directory, name), schema, entries };
    await writeStored(this.format, file, this.mergedRows(part, entries, inJournal, journal));
    this.files.set(part, file);
  }

  private async *mergedRows(
    part: number,
    entries: readonly Entry[],
    inJournal: (sid: string) => boolean,
    journal: Journal,
  ): AsyncGenerator<Row> {
    const present = entries.some(({ sid }) => !inJournal(sid)) ? this.rows(part) : undefined;
    try {
      for (const { sid } of entries) {
        yield inJournal(sid) ? await journal.read(sid) : await nextOf(sid, present!);
      }
    } finally {
      await present?.return(undefined);
    }
  }
}

/** Both the part and its entries are in the manifest's order: the row is never behind. */
async function nextOf(sid: string, present: AsyncGenerator<readonly [Entry, Row]>): Promise<Row> {
  for (;;) {
    const next = await present.next();
    if (next.done === true) throw new Error(`the part lost the row of ${sid}`);
    const [entry, row] = next.value;
    if (entry.sid === sid) return row;
  }
}

function foreignFile(directory: string, name: string): Error {
  return resourceError(
    'foreign-file',
    `The dataset directory ${directory} holds ${name}, which this pipeline did not write.`,
    'Move it elsewhere, or choose another --out.',
  );
}
