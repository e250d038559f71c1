/**
 * Grouped patches that survive crashes, whatever the size of the cohort: nothing is gathered in memory.
 *
 *   <out>/.grouped_patch/          while the run goes on: lock, log (row-log.ts), and
 *     arriving/patch_loc_<i>.npy   a row a subject, in the order in which they were done
 *     ordered/                     the same in order of the sids, for as long as they are put in order
 *   <out>/grouped_patch/           appears, by one rename, when all is whole
 *
 * A subject that failed never got a row, so a cohort that is listed by sid is in order as it stands and nothing is
 * copied. A later run takes the arrays back, adds rows, and puts them in order anew.
 */
import { itemAt } from '../../core/item-at.js';
import { mkdir, rename, rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { asBytes } from '../../core/byte-size.js';
import { inputError, usageError } from '../../core/errors.js';
import type { Subject } from '../../core/subject.js';
import { elementCount, type Tensor } from '../../core/tensor.js';
import { lockDirectory, type Lock } from '../directory-lock.js';
import { removeTemporaries, syncDirectory, writeDurably } from '../durable-file.js';
import { inputKeys } from '../input-key.js';
import { makeOutputDirectory } from '../output-directory.js';
import { otherPipeline, provenanceDifferences } from '../provenance.js';
import { exists, putInOrder, requireRows, SUBJECTS_FILE, writeRow, type ArrayShape } from './arrays.js';
import { RowLog } from './row-log.js';

export interface GroupOptions {
  readonly outDir: string;
  /** Name of the directory of the arrays, in `outDir`. */
  readonly to: string;
  readonly subjects: readonly Subject[];
  /** Of the manifest: those on which the patches depend. */
  readonly columns: ReadonlySet<string>;
  readonly provenance: ReadonlyMap<string, string>;
  readonly notice: (message: string) => void;
}

interface Places {
  readonly work: string;
  readonly log: string;
  readonly arriving: string;
  readonly ordered: string;
  readonly final: string;
}

export class GroupedWriter {
  private constructor(
    private readonly options: GroupOptions,
    private readonly places: Places,
    private readonly lock: Lock,
    private readonly keys: ReadonlyMap<string, string>,
    private log: RowLog | undefined,
  ) {}

  /** @throws LungflowError when the directory is in use, damaged, or holds anything but rows of this pipeline */
  static async open(options: GroupOptions): Promise<GroupedWriter> {
    const { outDir, to, subjects, columns } = options;
    const work = join(outDir, `.${to}`);
    const places: Places = {
      work,
      log: join(work, 'rows.jsonl'),
      arriving: join(work, 'arriving'),
      ordered: join(work, 'ordered'),
      final: join(outDir, to),
    };
    await makeOutputDirectory(work);
    const lock = await lockDirectory(work);
    try {
      await removeTemporaries(work);
      const log = await RowLog.open(places.log);
      const grouped = new GroupedWriter(options, places, lock, await inputKeys(subjects, columns), log);
      await grouped.recover();
      return grouped;
    } catch (error) {
      await lock.release();
      throw error;
    }
  }

  /** Subjects whose rows stand and are of the image, and what else results depend on, as they are now. */
  done(): Set<string> {
    return new Set(this.log?.rows.map(({ sid }) => sid).filter((sid) => this.keys.has(sid)));
  }

  /** When it returns, the subject's rows survive a crash. @param patches `[locations, z, y, x]`, HU */
  async add({ sid }: Subject, patches: Tensor<Int16Array<SharedArrayBuffer>>): Promise<void> {
    if (this.log?.get(sid)) return; // another stage asked for the subject again: the same input, the same rows
    const log = await this.logFor(patches);
    await this.takeBack();
    const row = log.nextRow;
    await writeRow(this.places.arriving, arrayShape(log), row, patches.data);
    await log.add({ sid, key: this.keys.get(sid) ?? '0', row });
  }

  /** A run that reached its end leaves the arrays whole, even where subjects failed; an interrupted one is gone at once. */
  async close(ending: 'complete' | 'interrupted', signal?: AbortSignal): Promise<void> {
    try {
      if (ending === 'complete') await this.finish(signal);
    } finally {
      await this.lock.release();
    }
  }

  /** Takes stock of what an earlier run left. */
  private async recover(): Promise<void> {
    const { places, options } = this;
    const standing = await this.standing();
    if (!this.log) {
      if (standing) throw foreign(standing);
      return;
    }
    if (!standing || this.log.rows.length === 0) {
      if (this.log.rows.length > 0)
        options.notice(
          `The grouped patches of ${this.log.rows.length} subjects are no longer in ${places.final}: they are computed again.`,
        );
      this.log = undefined;
      return;
    }
    const differences = provenanceDifferences(this.log.header.provenance, options.provenance);
    if (differences.length > 0) throw otherPipeline(standing, differences);
    if (standing === places.ordered) {
      options.notice(
        'An earlier run was stopped while it put the grouped patches in order: that is done first.',
      );
      await this.putInOrder(this.log);
    } else await requireRows(standing, arrayShape(this.log), this.log.nextRow);
    await this.dropStale(this.log);
  }

  /** Where the arrays are: `ordered` as soon as the first are. */
  private async standing(): Promise<string | undefined> {
    const { arriving, ordered, final } = this.places;
    const [isArriving, isOrdered, isFinal] = await Promise.all([arriving, ordered, final].map(exists));
    if (isFinal && (isArriving || isOrdered)) throw foreign(final);
    return isFinal ? final : isOrdered ? ordered : isArriving ? arriving : undefined;
  }

  /** Rows whose images, or files that the manifest names, have changed are worth nothing; those of subjects not in this manifest stay. */
  private async dropStale(log: RowLog): Promise<void> {
    const isCurrent = (key: string, sid: string) => (this.keys.get(sid) ?? key) === key;
    const current = log.rows.filter(({ key, sid }) => isCurrent(key, sid));
    const stale = log.rows.length - current.length;
    if (stale > 0) {
      await log.replace(current);
      this.options.notice(
        `The patches of ${stale} subjects are grouped again: their images, or files that the manifest names, have changed since.`,
      );
    }
    const cohort = new Set(this.options.subjects.map(({ sid }) => sid));
    const others = current.filter(({ sid }) => !cohort.has(sid)).length;
    if (others > 0)
      this.options.notice(
        `The grouped patches keep ${others} subjects that are not in this manifest; another \`out\` leaves them out.`,
      );
  }

  private async logFor({ data, shape }: Tensor): Promise<RowLog> {
    if (shape.length < 2 || data.length === 0 || elementCount(shape) !== data.length)
      throw badPatches(`have the shape [${shape.join(', ')}]`);
    const known = this.log?.header.shape;
    if (this.log && known!.join() === shape.join()) return this.log;
    if (this.log && this.log.rows.length > 0)
      throw badPatches(
        `have the shape [${shape.join(', ')}], unlike [${known!.join(', ')}] of the subjects before`,
      );
    await this.sayIfTooLarge(data.byteLength);
    await rm(this.places.arriving, { recursive: true, force: true }); // no row there is anybody's
    this.log = await RowLog.create(this.places.log, { shape, provenance: this.options.provenance });
    return this.log;
  }

  private async sayIfTooLarge(subjectBytes: number): Promise<void> {
    const { outDir, subjects, notice } = this.options;
    const disk = await statfs(outDir);
    const [needed, free] = [subjects.length * subjectBytes, disk.bavail * disk.bsize];
    if (needed > free)
      notice(
        `The grouped patches of all ${subjects.length} subjects take ${asBytes(needed)}; ${asBytes(free)} are free.`,
      );
  }

  /** Arrays that were finished take more rows under their working name. */
  private async takeBack(): Promise<void> {
    const { arriving, final, work, ordered } = this.places;
    if (await exists(arriving)) return;
    if (await exists(final)) await rename(final, arriving);
    else await mkdir(arriving);
    await rm(join(arriving, SUBJECTS_FILE), { force: true });
    await rm(ordered, { recursive: true, force: true });
    await Promise.all([work, this.options.outDir].map(syncDirectory));
  }

  private async finish(signal?: AbortSignal): Promise<void> {
    const { log } = this;
    if (!log) return;
    const isFinished =
      (await exists(this.places.final)) && inOrder(log).every(({ row }, index) => row === index);
    if (isFinished && log.nextRow === log.rows.length) return;
    await this.takeBack();
    if (log.rows.length > 0) await this.putInOrder(log, signal);
  }

  private async putInOrder(log: RowLog, signal?: AbortSignal): Promise<void> {
    const { arriving, ordered, final, work } = this.places;
    const rows = inOrder(log);
    if (rows.some(({ row }, index) => row !== index))
      this.options.notice('The grouped patches are put in the order of the sids.');
    await putInOrder(
      arriving,
      ordered,
      arrayShape(log),
      rows.map(({ row }) => row),
      signal,
    );
    await writeDurably(join(ordered, SUBJECTS_FILE), ['sid', ...rows.map(({ sid }) => sid), ''].join('\n'));
    await log.replace(rows.map((row, index) => ({ ...row, row: index })));
    await rm(arriving, { recursive: true, force: true });
    await rename(ordered, final);
    await Promise.all([work, this.options.outDir].map(syncDirectory));
  }
}

const arrayShape = ({ header: { shape } }: RowLog): ArrayShape => ({
  locations: itemAt(shape, 0),
  patch: shape.slice(1),
});

/** By sid, as Python sorts: sids are ASCII. */
const inOrder = (log: RowLog) => [...log.rows].sort((a, b) => (a.sid < b.sid ? -1 : 1));

const badPatches = (what: string) =>
  inputError(
    'patches-shape',
    `The patches ${what}.`,
    'All subjects of a group need the same atlas: write those of another atlas to another `out`.',
  );

function foreign(path: string): Error {
  return usageError(
    'foreign-file',
    `The directory ${path} was not left there by this pipeline.`,
    'Move it elsewhere, or choose another `out`.',
  );
}
