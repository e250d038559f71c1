/**
 * Writes a dataset directory that survives crashes. A finished row is at once durable in the journal, its array files before it;
 * parts are merged from the journal and their earlier selves; a row leaves the journal only when its part stands under
 * its final name.
 */
import { itemNamed } from '../../core/item-at.js';
import { join } from 'node:path';
import type { Workers } from '../../core/stage.js';
import type { Subject } from '../../core/subject.js';
import { workerModule } from '../../core/worker-module.js';
import type { Row, TableSchema, TensorType } from '../../formats/arrow/column.js';
import { folderOf } from '../../formats/patch-files.js';
import { type Lock, lockDirectory } from '../directory-lock.js';
import { removeTemporaries } from '../durable-file.js';
import { carriedKey, inputKeys } from '../input-key.js';
import { makeOutputDirectory } from '../output-directory.js';
import { ArrayFiles, requireDistinctFiles } from './array-files.js';
import { Journal, JOURNAL } from './journal.js';
import { type DatasetFormat, layoutOf, type PartLayout } from './layout.js';
import { mergePart, readOnlyRow, type MergeOrder } from './merge-part.js';
import { Parts } from './parts.js';
import { recarry, sameCarried } from './recarry.js';
import { requireSamePipeline } from './same-pipeline.js';
import type { Entry, StoredFile } from './stored-file.js';
import {
  type Finished,
  provenanceOf,
  requireWhole,
  tableRow,
  tableSchema,
  type TablePlan,
  tensorTypes,
} from './table.js';

export interface DatasetOptions {
  readonly directory: string;
  readonly plan: TablePlan;
  readonly format: DatasetFormat;
  /** Manifest positions of one part file; `npy` has one for all. */
  readonly rows: number;
  readonly workers: Workers;
  readonly subjects: readonly Subject[];
  /** Of the manifest: those on which results depend. */
  readonly columns: ReadonlySet<string>;
  readonly notice: (message: string) => void;
}

type Place = 'journal' | 'part';

const merging = workerModule<typeof import('./merge-part.js')>(new URL('./merge-part.js', import.meta.url));

export class DatasetWriter {
  /** Every row that stands, of this cohort or of an earlier one of the same pipeline. */
  private readonly stored = new Map<string, Entry & { readonly place: Place }>();
  private types: readonly TensorType[] | undefined;
  /** As the rows that stand were made, where files are merely called otherwise now. */
  private plan: TablePlan;
  private readonly subjects: ReadonlyMap<string, Subject>;

  private constructor(
    private readonly options: DatasetOptions,
    private readonly layout: PartLayout,
    private readonly lock: Lock,
    private readonly journal: Journal,
    private readonly parts: Parts,
    private readonly arrays: ArrayFiles,
    private readonly keys: ReadonlyMap<string, string>,
  ) {
    this.plan = options.plan;
    this.subjects = new Map(options.subjects.map((subject) => [subject.sid, subject]));
  }

  /** @throws LungflowError when the directory is in use, or holds anything but rows of this pipeline. */
  static async open(options: DatasetOptions): Promise<DatasetWriter> {
    const { directory, plan, subjects, columns } = options;
    const layout = layoutOf(options.format, options.rows);
    if (plan.files.length > 0) requireDistinctFiles(subjects.map(({ sid }) => sid));
    await makeOutputDirectory(directory);
    const lock = await lockDirectory(directory);
    try {
      await removeTemporaries(directory);
      const parts = await Parts.open(directory, layout, plan.files.map(folderOf));
      const arrays = await ArrayFiles.open(directory, plan.files);
      const journal = await Journal.open(join(directory, JOURNAL));
      const dataset = new DatasetWriter(
        options,
        layout,
        lock,
        journal,
        parts,
        arrays,
        await inputKeys(subjects, columns),
      );
      await dataset.recover();
      return dataset;
    } catch (error) {
      await lock.release();
      throw error;
    }
  }

  /** Subjects whose row stands and is of the image and manifest row as they are now. */
  done(): Set<string> {
    return new Set([...this.stored.keys()].filter((sid) => this.keys.has(sid)));
  }

  /** What is suspicious about rows, by subject. */
  flagged(): ReadonlyMap<string, readonly string[]> {
    return this.journal.flags;
  }

  /**
   * When it returns, the row survives a crash. Parts before the row's own are completed.
   * @throws LungflowError `tensor-shape` for that subject alone
   */
  async add(finished: Finished): Promise<void> {
    const { plan } = this;
    const { tensors } = finished;
    const subject = this.subjects.get(finished.subject.sid) ?? finished.subject; // with all of its columns
    const types = tensorTypes(plan, tensors, this.types);
    for (const name of plan.files) requireWhole(name, itemNamed(tensors, name));
    const row = tableRow(plan, { ...finished, subject });
    const entry: Entry = { sid: subject.sid, index: subject.index };
    const own = this.parts.partOf(entry);
    await this.mergeParts(
      (part, waiting) => part < own || waiting >= this.layout.mostWaiting,
      this.mergeInWorker,
    );
    await this.journal.noteKey(entry.sid, this.keyOf(subject), finished.flags);
    await this.arrays.add(entry.sid, tensors);
    await this.journal.add(tableSchema(plan, types), entry, row);
    this.types = types;
    this.stored.set(entry.sid, { ...entry, place: 'journal' });
  }

  /** An interrupted run has lost its worker threads, and what they were writing lies about. */
  async close(ending: 'complete' | 'interrupted'): Promise<void> {
    try {
      if (ending === 'interrupted') await removeTemporaries(this.options.directory);
      await this.mergeParts(() => true, ending === 'complete' ? this.mergeInWorker : mergePart);
    } finally {
      await this.lock.release();
    }
  }

  /** Takes stock of what an earlier run left. */
  private async recover(): Promise<void> {
    const { subjects, notice } = this.options;
    const inParts = [...this.parts.files.values()];
    const inJournal = await this.journal.list();
    for (const file of [...inParts, ...inJournal]) {
      requireSamePipeline(file, this.plan);
      this.types ??= tensorTypesOf(file, this.plan);
    }
    const [standing] = [...inParts, ...inJournal];
    if (standing) this.plan = { ...this.plan, provenance: provenanceOf(standing.schema) };
    const position = new Map(subjects.map(({ sid, index }) => [sid, index]));
    const now = ({ sid, index }: Entry): Entry => ({ sid, index: position.get(sid) ?? index });
    const stale = new Set<string>();
    const incomplete = new Set<string>();
    const isCurrent = ({ sid }: Entry): boolean => {
      const key = this.keys.get(sid);
      if (key !== undefined && key !== inputPart(this.journal.keys.get(sid))) stale.add(sid);
      else if (!this.arrays.hold(sid)) incomplete.add(sid);
      else return true;
      return false;
    };
    const rows = new Set([...inParts, ...inJournal].flatMap(({ entries }) => entries.map(({ sid }) => sid)));
    this.arrays.requireOurs((sid) => rows.has(sid) || this.journal.keys.has(sid));

    let recarried = 0;
    for (const file of inJournal) {
      const carries = this.carrying(file);
      for (const entry of file.entries) {
        if (!isCurrent(entry)) continue;
        if (!carries(entry)) {
          await this.journal.add(
            this.schema(),
            entry,
            this.recarried(file, entry, await readOnlyRow(file.path)),
          );
          await this.noteKeyOf(entry.sid);
          recarried += 1;
        }
        this.stored.set(entry.sid, { ...now(entry), place: 'journal' });
      }
    }
    await this.journal.remove([...stale, ...incomplete]);
    for (const [part, file] of this.parts.files) {
      const carries = this.carrying(file);
      const inPlace = (entry: Entry) =>
        now(entry).index === entry.index &&
        this.parts.partOf(entry) === part &&
        isCurrent(entry) &&
        carries(entry);
      if (file.entries.every(inPlace)) for (const entry of file.entries) this.keep(entry, 'part');
      else {
        recarried += file.entries.filter((entry) => isCurrent(entry) && !carries(entry)).length;
        await this.dissolve(part, isCurrent, now);
      }
    }
    if (recarried > 0)
      notice(
        `The manifest's columns have changed since: ${recarried === 1 ? '1 row is' : `${recarried} rows are`} kept, with their subjects’ columns as they are now.`,
      );

    await this.arrays.settle((sid) => this.stored.has(sid));

    if (this.stored.size === 0) this.types = undefined; // rows that are gone bind nobody
    if (stale.size > 0) {
      notice(
        `${stale.size} rows are computed again: their images, or files that the manifest names, have changed since.`,
      );
    }
    if (incomplete.size > 0)
      notice(
        `${incomplete.size} rows are not kept, for files of theirs are gone: the manifest's are computed again.`,
      );
    const others = [...this.stored.keys()].filter((sid) => !position.has(sid)).length;
    if (others > 0) notice(`${others} rows of subjects that are not in this manifest stay in the output.`);
  }

  /** Moves a part's current rows to the journal: the manifest's order has changed, or rows are stale. */
  private async dissolve(
    part: number,
    isCurrent: (entry: Entry) => boolean,
    now: (entry: Entry) => Entry,
  ): Promise<void> {
    const file = this.parts.files.get(part)!;
    for await (const [entry, row] of this.parts.rows(part)) {
      if (!isCurrent(entry) || this.stored.has(entry.sid)) continue;
      await this.journal.add(this.schema(), now(entry), this.recarried(file, entry, row));
      await this.noteKeyOf(entry.sid);
      this.keep(now(entry), 'journal');
    }
    await this.parts.remove(part);
  }

  private schema(): TableSchema {
    return tableSchema(this.plan, this.types!);
  }

  /** What the row is made from, and what it carries beside. */
  private keyOf(subject: Subject): string {
    return `${this.keys.get(subject.sid) ?? '0'} ${this.carriedBy(subject)}`;
  }

  private carriedBy(subject: Subject): string {
    const names = this.plan.manifest.map(({ name }) => name);
    return carriedKey(subject, names);
  }

  /** Once a row with the manifest's columns as they are now is durable. */
  private async noteKeyOf(sid: string): Promise<void> {
    const subject = this.subjects.get(sid);
    const key = subject && this.keyOf(subject);
    if (key !== undefined && this.journal.keys.get(sid) !== key)
      await this.journal.noteKey(sid, key, this.journal.flags.get(sid) ?? []);
  }

  /** Which of the file's rows carry the manifest's columns as they are now. */
  private carrying({ schema }: StoredFile): (entry: Entry) => boolean {
    if (!sameCarried(schema, this.plan)) return () => false;
    return ({ sid }) => {
      const subject = this.subjects.get(sid);
      return !subject || carriedPart(this.journal.keys.get(sid)) === this.carriedBy(subject);
    };
  }

  private recarried(file: StoredFile, { sid }: Entry, row: Row): Row {
    return recarry(this.plan, file, row, this.subjects.get(sid));
  }

  /** The journal's row of a subject is the newer one. */
  private keep(entry: Entry, place: Place): void {
    if (!this.stored.has(entry.sid)) this.stored.set(entry.sid, { ...entry, place });
  }

  private readonly mergeInWorker = (order: MergeOrder): Promise<void> =>
    this.options.workers.run(merging, 'mergePart', order);

  private async mergeParts(
    wanted: (part: number, waiting: number) => boolean,
    merge: (order: MergeOrder) => Promise<void>,
  ): Promise<void> {
    const waiting = new Map<number, number>();
    for (const entry of this.stored.values()) {
      const part = this.parts.partOf(entry);
      if (entry.place === 'journal') waiting.set(part, (waiting.get(part) ?? 0) + 1);
    }
    for (const [part, count] of [...waiting].sort(([a], [b]) => a - b))
      if (wanted(part, count)) await this.mergePart(part, merge);
  }

  private async mergePart(part: number, merge: (order: MergeOrder) => Promise<void>): Promise<void> {
    const stored = [...this.stored.values()]
      .filter((entry) => this.parts.partOf(entry) === part)
      .sort((a, b) => a.index - b.index || (a.sid < b.sid ? -1 : 1));
    const entries = stored.map(({ sid, index }): Entry => ({ sid, index }));
    const waits = ({ sid }: Entry) => this.stored.get(sid)?.place === 'journal';
    const waitingOf = (entry: Entry) => (waits(entry) ? this.journal.pathOf(entry.sid) : undefined);
    await this.parts.merge(part, this.schema(), entries, waitingOf, merge);
    await this.journal.remove(entries.filter(waits).map(({ sid }) => sid));
    for (const entry of entries) this.stored.set(entry.sid, { ...entry, place: 'part' });
  }
}

/** Of a key of the journal: what the row is made from. */
const inputPart = (key: string | undefined): string | undefined => key?.split(' ').at(0);

/** What it carries beside. */
const carriedPart = (key: string | undefined): string | undefined => key?.split(' ').at(1);

function tensorTypesOf({ schema }: StoredFile, { tensors }: TablePlan): TensorType[] {
  return tensors.map(({ name }) => {
    return schema.columns.find((column) => column.name === name)!.type as TensorType;
  });
}
