/** Part files: part k holds the rows of the manifest's positions [k * rows, (k + 1) * rows), in order. */
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { usageError } from '../../src/core/errors.js';
import type { Row, TableSchema } from '../../src/formats/arrow/column.js';
import { tableFormat, type TableFormatName } from '../../src/formats/arrow/table-format.js';
import { syncDirectory } from '../../src/formats/durable-file.js';
import type { MergeOrder } from './merge-part.js';
import { type Entry, openStored, type StoredFile, storedRows } from './stored-file.js';

/** How a dataset's rows are laid out in files. */
export interface PartLayout {
  readonly format: TableFormatName;
  /** Manifest positions of one part. */
  readonly rows: number;
  /** A part is written anew when so many rows of it wait, even if more are to come. */
  readonly mostWaiting: number;
  /** The file of a part, and the part of a file; undefined for any other name. */
  nameOf(part: number): string;
  partOf(name: string): number | undefined;
}

export const numberedParts = (format: TableFormatName, rows: number): PartLayout => ({
  format,
  rows,
  mostWaiting: Infinity,
  nameOf: (part) => `part-${String(part).padStart(5, '0')}.${format}`,
  partOf: (name) => {
    const [, number, extension] = /^part-(\d{5,})\.(\w+)$/.exec(name) ?? [];
    return extension === format ? Number(number) : undefined;
  },
});

/** All rows in one file: small ones, for it is written anew with every 64 of them. */
export const singlePart = (file: string): PartLayout => ({
  format: 'arrow',
  rows: Infinity,
  mostWaiting: 64,
  nameOf: () => file,
  partOf: (name) => (name === file ? 0 : undefined),
});

export class Parts {
  /** What stands in the directory now. */
  readonly files: Map<number, StoredFile>;

  private constructor(
    private readonly directory: string,
    private readonly layout: PartLayout,
    files: readonly (readonly [number, StoredFile])[],
  ) {
    this.files = new Map(files);
  }

  /**
   * @param beside names that may stand beside the parts
   * @throws LungflowError when something else than whole parts of this layout stands in the directory
   */
  static async open(directory: string, layout: PartLayout, beside: readonly string[]): Promise<Parts> {
    const files: [number, StoredFile][] = [];
    const format = await tableFormat(layout.format);
    // Hidden names are left alone: readers of dataset directories pass over them as well.
    const names = (await readdir(directory)).filter(
      (name) => !name.startsWith('.') && !beside.includes(name),
    );
    for (const name of names.sort()) {
      const part = layout.partOf(name);
      if (part === undefined) throw foreignFile(directory, name);
      files.push([part, await openStored(format, join(directory, name))]);
    }
    return new Parts(directory, layout, files);
  }

  partOf({ index }: Entry): number {
    return Math.floor(index / this.layout.rows);
  }

  async *rows(part: number): AsyncGenerator<readonly [Entry, Row]> {
    yield* storedRows(await tableFormat(this.layout.format), this.files.get(part)!);
  }

  async remove(part: number): Promise<void> {
    await rm(this.files.get(part)!.path);
    await syncDirectory(this.directory);
    this.files.delete(part);
  }

  /**
   * Writes part `part` anew.
   * @param waitingOf the journal's file of a row that is not in the part yet
   */
  async merge(
    part: number,
    schema: TableSchema,
    entries: readonly Entry[],
    waitingOf: (entry: Entry) => string | undefined,
    merge: (order: MergeOrder) => Promise<void>,
  ): Promise<void> {
    const file: StoredFile = { path: join(this.directory, this.layout.nameOf(part)), schema, entries };
    const waiting = entries.map(waitingOf);
    const present = waiting.includes(undefined) ? this.files.get(part) : undefined;
    await merge({ format: this.layout.format, part: file, present, waiting });
    this.files.set(part, file);
  }
}

export function foreignFile(directory: string, name: string): Error {
  return usageError(
    'foreign-file',
    `The dataset directory ${directory} holds ${name}, which is not of this pipeline and its \`format\`.`,
    'Move it elsewhere, or choose another --out.',
  );
}
