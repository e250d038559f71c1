/** `rows.jsonl`: which row of the arrays is whose, and what it was made from. A subject is in it only when all its rows are on disk. */
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { resourceError } from '../../src/core/errors.js';
import { appendDurably, writeDurably } from '../../src/formats/durable-file.js';

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

const headerJson = z.strictObject({
  shape: z.array(z.int().min(1)).min(1),
  provenance: z.array(z.tuple([z.string(), z.string()])),
});

export class RowLog {
  private constructor(
    private readonly path: string,
    readonly header: LogHeader,
    private readonly bySid: Map<string, LoggedRow>,
  ) {}

  /** @throws LungflowError `group-log` when it is no such log; undefined where there is none */
  static async open(path: string): Promise<RowLog | undefined> {
    const text = await readFile(path, 'utf8').catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    });
    if (text === undefined) return undefined;
    const [first, ...lines] = text.split('\n');
    const rows = new Map<string, LoggedRow>();
    for (const line of lines) {
      // A line that a crash cut short is skipped: its subject is done again.
      const match = /^\["([\w.-]+)","([0-9a-f]+)",(\d+)\]$/.exec(line);
      if (match) rows.set(match[1], { sid: match[1], key: match[2], row: Number(match[3]) });
    }
    return new RowLog(path, parseHeader(path, first), rows);
  }

  static async create(path: string, header: LogHeader): Promise<RowLog> {
    const log = new RowLog(path, header, new Map());
    await log.replace([]);
    return log;
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
    await appendDurably(this.path, line(row));
    this.bySid.set(row.sid, row);
  }

  async replace(rows: readonly LoggedRow[]): Promise<void> {
    const { shape, provenance } = this.header;
    const header = JSON.stringify({ shape, provenance: [...provenance] });
    await writeDurably(this.path, header + rows.map(line).join(''));
    this.bySid.clear();
    for (const row of rows) this.bySid.set(row.sid, row);
  }
}

/** A line break on either side: what follows a line cut short is still whole. */
const line = ({ sid, key, row }: LoggedRow): string => `\n${JSON.stringify([sid, key, row])}\n`;

function parseHeader(path: string, text: string): LogHeader {
  try {
    const { shape, provenance } = headerJson.parse(JSON.parse(text));
    return { shape, provenance: new Map(provenance) };
  } catch (cause) {
    throw resourceError(
      'group-log',
      `The file ${path}, which says whose the grouped rows are, is damaged.`,
      'Delete its directory and that of the grouped patches to compute everything again, or choose another --out.',
      cause,
    );
  }
}
