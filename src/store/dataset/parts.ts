/** The part files of a dataset that is written. */
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { usageError } from '../../core/errors.js';
import type { Row, TableSchema } from '../../formats/arrow/column.js';
import { tableFormat } from '../../formats/arrow/table-format.js';
import { syncDirectory } from '../durable-file.js';
import type { PartLayout } from './layout.js';
import type { MergeOrder } from './merge-part.js';
import { type Entry, openStored, type StoredFile, storedRows } from './stored-file.js';

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
    'Move it elsewhere, or choose another `out`.',
  );
}
