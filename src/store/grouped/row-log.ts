/** `rows.jsonl`: which row of the arrays is whose, and what it was made from. A subject is in it only when all its rows are on disk. */
import { z } from 'zod';
import { resourceError } from '../../core/errors.js';
import { Log, type LogFormat } from '../log.js';

export interface LogHeader {
  /** Of a subject's patches: `[locations, z, y, x]`. */
  readonly shape: readonly number[];
  readonly provenance: ReadonlyMap<string, string>;
}

export interface LoggedRow {
  readonly sid: string;
  /** See input-key.ts. */
  readonly key: string;
  /** From 0, the same in every array. */
  readonly row: number;
}

const header = z.strictObject({
  shape: z.array(z.int().min(1)).min(1),
  provenance: z.array(z.tuple([z.string(), z.string()])),
});
const record = z.tuple([z.string(), z.string(), z.int().min(0)]);

const format: LogFormat<z.output<typeof header>, z.output<typeof record>> = {
  header,
  record,
  damaged: (path, cause) =>
    resourceError(
      'group-log',
      `The file ${path}, which says whose the grouped rows are, is damaged.`,
      'Delete its directory and that of the grouped patches to compute everything again, or choose another `out`.',
      cause,
    ),
};

export class RowLog {
  readonly header: LogHeader;
  private readonly bySid = new Map<string, LoggedRow>();

  private constructor(private readonly log: Log<z.output<typeof header>, z.output<typeof record>>) {
    const { shape, provenance } = log.header;
    this.header = { shape, provenance: new Map(provenance) };
    for (const [sid, key, row] of log.records) this.bySid.set(sid, { sid, key, row }); // the last of a subject holds
  }

  /** Undefined where there is none. @throws LungflowError `group-log` when it is no such log */
  static async open(path: string): Promise<RowLog | undefined> {
    const log = await Log.open(path, format);
    return log && new RowLog(log);
  }

  static async create(path: string, { shape, provenance }: LogHeader): Promise<RowLog> {
    return new RowLog(await Log.create(path, { shape: [...shape], provenance: [...provenance] }));
  }

  get rows(): readonly LoggedRow[] {
    return [...this.bySid.values()];
  }

  get(sid: string): LoggedRow | undefined {
    return this.bySid.get(sid);
  }

  /** Behind every row that counts. */
  get nextRow(): number {
    return this.rows.reduce((next, { row }) => Math.max(next, row + 1), 0);
  }

  async add(row: LoggedRow): Promise<void> {
    await this.log.append(recordOf(row));
    this.bySid.set(row.sid, row);
  }

  async replace(rows: readonly LoggedRow[]): Promise<void> {
    await this.log.replace(rows.map(recordOf));
    this.bySid.clear();
    for (const row of rows) this.bySid.set(row.sid, row);
  }
}

const recordOf = ({ sid, key, row }: LoggedRow): z.output<typeof record> => [sid, key, row];
