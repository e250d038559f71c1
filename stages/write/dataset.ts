/**
 * A dataset directory that survives crashes. A finished row is at once durable in the journal; parts are merged from
 * the journal and their earlier selves; a row leaves the journal only when its part stands under its final name.
 */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Subject } from '../../src/core/subject.js';
import type { Row, TableFormat, TableSchema, TensorType } from '../../src/formats/arrow/column.js';
import { type Lock, lockDirectory } from '../../src/formats/directory-lock.js';
import { removeTemporaries, syncDirectory } from '../../src/formats/durable-file.js';
import { inputKeys } from '../../src/formats/input-key.js';
import { makeOutputDirectory } from '../../src/formats/output-directory.js';
import { Journal } from './journal.js';
import { Parts } from './part.js';
import { requireSamePipeline } from './same-pipeline.js';
import type { Entry, StoredFile } from './stored-file.js';
import { tableColumns, type TablePlan } from './table.js';

export interface DatasetOptions {
  readonly directory: string;
  readonly plan: TablePlan;
  readonly format: TableFormat;
  /** Manifest positions of one part. */
  readonly rowsPerPart: number;
  readonly subjects: readonly Subject[];
  readonly notice: (message: string) => void;
}

type Place = 'journal' | 'part';

export class Dataset {
  /** Every row that stands, of this cohort or of an earlier one of the same pipeline. */
  private readonly stored = new Map<string, Entry & { readonly place: Place }>();
  private types: readonly TensorType[] | undefined;

  private constructor(
    private readonly options: DatasetOptions,
    private readonly lock: Lock,
    private readonly journal: Journal,
    private readonly parts: Parts,
    private readonly keys: ReadonlyMap<string, string>,
  ) {}

  /** @throws LungflowError when the directory is in use, or holds anything but rows of this pipeline. */
  static async open(options: DatasetOptions): Promise<Dataset> {
    const { directory, format, subjects } = options;
    await makeOutputDirectory(directory);
    const lock = await lockDirectory(directory);
    try {
      await removeTemporaries(directory);
      const parts = await Parts.open(directory, format);
      const journal = await Journal.open(join(directory, '.rows'));
      const dataset = new Dataset(options, lock, journal, parts, await inputKeys(subjects));
      await dataset.recover();
      return dataset;
    } catch (error) {
      await lock.release();
      throw error;
    }
  }

  /** Types of the tensors, once a row stands. */
  get tensorTypes(): readonly TensorType[] | undefined {
    return this.types;
  }

  /** Subjects whose row stands and is of the image and manifest row as they are now. */
  done(): Set<string> {
    return new Set([...this.stored.keys()].filter((sid) => this.keys.has(sid)));
  }

  /** When it returns, the row survives a crash. Parts before the row's own are completed. */
  async add(entry: Entry, row: Row, types: readonly TensorType[]): Promise<void> {
    await this.mergeParts((part) => part < this.partOf(entry));
    await this.journal.noteKey(entry.sid, this.keys.get(entry.sid) ?? '0');
    await this.journal.add(this.schema(types), entry, row);
    this.types = types;
    this.stored.set(entry.sid, { ...entry, place: 'journal' });
  }

  async close(): Promise<void> {
    try {
      await this.mergeParts(() => true);
    } finally {
      await this.lock.release();
    }
  }

  /** Takes stock of what an earlier run left. */
  private async recover(): Promise<void> {
    const { plan, subjects, notice } = this.options;
    const inParts = [...this.parts.files.values()];
    const inJournal = await this.journal.list();
    for (const file of [...inParts, ...inJournal]) {
      requireSamePipeline(file, plan);
      this.types ??= tensorTypesOf(file, plan);
    }
    const position = new Map(subjects.map(({ sid, index }) => [sid, index]));
    const now = ({ sid, index }: Entry): Entry => ({ sid, index: position.get(sid) ?? index });
    const stale = new Set<string>();
    const isCurrent = ({ sid }: Entry): boolean => {
      const key = this.keys.get(sid);
      if (key === undefined || key === this.journal.keys.get(sid)) return true;
      stale.add(sid);
      return false;
    };

    for (const { entries } of inJournal) {
      for (const entry of entries) {
        if (isCurrent(entry)) this.stored.set(entry.sid, { ...now(entry), place: 'journal' });
      }
    }
    await this.journal.remove([...stale]);
    for (const [part, file] of this.parts.files) {
      const inPlace = (entry: Entry) =>
        now(entry).index === entry.index && this.partOf(entry) === part && isCurrent(entry);
      if (!file.entries.every(inPlace)) await this.dissolve(part, isCurrent, now);
      else for (const entry of file.entries) this.keep(entry, 'part');
    }

    if (this.stored.size === 0) this.types = undefined; // rows that are gone bind nobody
    if (stale.size > 0) {
      notice(`${stale.size} rows are computed again: their images or manifest rows have changed since.`);
    }
    const others = [...this.stored.keys()].filter((sid) => !position.has(sid)).length;
    if (others > 0) notice(`${others} rows of subjects that are not in this manifest stay in the output.`);
  }

  /** Moves a part's current rows to the journal: the manifest's order has changed, or rows are stale. */
  private async dissolve(
    part: number,
    isCurrent: (entry: Entry) => boolean,
    now: (entry: Entry) => Entry,
  ): Promise<void> {
    for await (const [entry, row] of this.parts.rows(part)) {
      if (!isCurrent(entry) || this.stored.has(entry.sid)) continue;
      await this.journal.add(this.schema(this.types!), now(entry), row);
      this.keep(now(entry), 'journal');
    }
    await rm(this.parts.files.get(part)!.path);
    await syncDirectory(this.options.directory);
    this.parts.files.delete(part);
  }

  /** The journal's row of a subject is the newer one. */
  private keep(entry: Entry, place: Place): void {
    if (!this.stored.has(entry.sid)) this.stored.set(entry.sid, { ...entry, place });
  }

  private partOf({ index }: Entry): number {
    return Math.floor(index / this.options.rowsPerPart);
  }

  private async mergeParts(wanted: (part: number) => boolean): Promise<void> {
    const waiting = [...this.stored.values()].filter(({ place }) => place === 'journal');
    const parts = new Set(waiting.map((entry) => this.partOf(entry)).filter(wanted));
    for (const part of [...parts].sort((a, b) => a - b)) await this.mergePart(part);
  }

  private async mergePart(part: number): Promise<void> {
    const entries = [...this.stored.values()]
      .filter((entry) => this.partOf(entry) === part)
      .sort((a, b) => a.index - b.index || (a.sid < b.sid ? -1 : 1));
    const inJournal = (sid: string) => this.stored.get(sid)?.place === 'journal';
    await this.parts.merge(part, this.schema(this.types!), entries, inJournal, this.journal);
    await this.journal.remove(entries.map(({ sid }) => sid).filter(inJournal));
    for (const entry of entries) this.stored.set(entry.sid, { ...entry, place: 'part' });
  }

  private schema(types: readonly TensorType[]): TableSchema {
    const { plan } = this.options;
    return { columns: tableColumns(plan, types), metadata: plan.metadata };
  }
}

function tensorTypesOf({ schema }: StoredFile, { tensors }: TablePlan): TensorType[] {
  return tensors.map(({ name }) => {
    return schema.columns.find((column) => column.name === name)!.type as TensorType;
  });
}
