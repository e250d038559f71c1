/** A log that only grows, and survives crashes: a header, then a line of JSON a record. */
import { readFile } from 'node:fs/promises';
import type { z } from 'zod';
import type { LungflowError } from '../core/errors.js';
import { appendDurably, writeDurably } from './durable-file.js';

/** What a log holds, as it stands in JSON. */
export interface LogFormat<H, R> {
  /** Of the first line; a header that is undefined is an empty line. */
  readonly header: z.ZodType<H>;
  readonly record: z.ZodType<R>;
  /** What is thrown over a file that holds anything else. */
  readonly damaged: (path: string, cause: unknown) => LungflowError;
}

export class Log<H, R> {
  private constructor(
    private readonly path: string,
    readonly header: H,
    private held: R[],
    /** The file may hold part of a record. */
    private torn: boolean,
  ) {}

  /**
   * Undefined where there is none. A record that a crash or a full disk cut short is as if it had never been added.
   * @throws LungflowError of the format when anything else is amiss
   */
  static async open<H, R>(path: string, format: LogFormat<H, R>): Promise<Log<H, R> | undefined> {
    const text = await readFile(path, 'utf8').catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    });
    if (text === undefined) return undefined;
    try {
      const { header, records, torn } = parse(text, format);
      return new Log(path, header, records, torn);
    } catch (cause) {
      throw format.damaged(path, cause);
    }
  }

  /** A new log, in place of any that stands there. */
  static async create<H, R>(path: string, header: H): Promise<Log<H, R>> {
    const log = new Log<H, R>(path, header, [], false);
    await log.replace([]);
    return log;
  }

  /** In the order in which they were added. */
  get records(): readonly R[] {
    return this.held;
  }

  /** When it returns, the record survives a crash. */
  async append(record: R): Promise<void> {
    if (this.torn) await this.replace(this.held);
    this.torn = true;
    await appendDurably(this.path, lineOf(record));
    this.torn = false;
    this.held.push(record);
  }

  /** All records at once: after a crash, the old ones stand or the new ones. */
  async replace(records: readonly R[]): Promise<void> {
    const header = this.header === undefined ? '' : JSON.stringify(this.header);
    await writeDurably(this.path, header + records.map(lineOf).join(''));
    this.held = [...records];
    this.torn = false;
  }
}

/** A line break on either side: what follows a line cut short is still whole. */
const lineOf = (record: unknown): string => `\n${JSON.stringify(record)}\n`;

function parse<H, R>(text: string, format: LogFormat<H, R>) {
  const [first, ...lines] = text.split('\n');
  const header = format.header.parse(first === '' ? undefined : JSON.parse(first));
  const records: R[] = [];
  let torn = false;
  lines.forEach((line, at) => {
    if (line === '') return;
    try {
      records.push(format.record.parse(JSON.parse(line)));
    } catch (error) {
      if (lines[at + 1] === '') throw error; // it has its own line break: nothing cut it short
      torn = true;
    }
  });
  return { header, records, torn };
}
