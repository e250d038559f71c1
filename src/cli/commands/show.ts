/** `pipeline show DIR`: a look at the table that a run has written. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DataType, tableFromIPC, type Table } from 'apache-arrow';
import type { CommandModule } from 'yargs';
import { usageError } from '../../core/errors.js';
import { textTable } from '../text-table.js';

interface ShowArguments {
  dir: string;
  subjects: number;
  timings: boolean;
}

export const showCommand: CommandModule<object, ShowArguments> = {
  command: 'show <dir>',
  describe: 'show the table that a run has written (Arrow)',
  builder: (yargs) =>
    yargs
      .positional('dir', { type: 'string', demandOption: true, describe: 'output directory of a run' })
      .option('subjects', { type: 'number', default: 6, describe: 'how many to show' })
      .option('timings', { type: 'boolean', default: false, describe: 'also the seconds of each stage' }),
  async handler({ dir, subjects, timings }) {
    const files = await arrowFiles(dir);
    if (files.length === 0)
      throw usageError(
        'no-results',
        `There is no Arrow file in ${dir}.`,
        'Name the output directory of a finished run.',
      );
    const tables = await Promise.all(files.map(async (file) => tableFromIPC(await readFile(file))));
    const shown = tables.flatMap((table) => rowsOf(table, timings)).slice(0, subjects);
    const total = tables.reduce((sum, table) => sum + table.numRows, 0);
    process.stdout.write(
      `${transposed(shown)}\n${total} rows in ${files.length} file(s): ${files[0]}${files.length > 1 ? ' ...' : ''}\n`,
    );
  },
};

/** Part files, in their order, of the directory or one level below it. */
async function arrowFiles(dir: string): Promise<string[]> {
  const entries = await readdir(dir, { withFileTypes: true });
  const below = await Promise.all(
    entries
      .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
      .map(async ({ name }) => (await readdir(join(dir, name))).map((file) => join(name, file))),
  );
  const here = entries.filter((entry) => entry.isFile()).map(({ name }) => name);
  return [...here, ...below.flat()]
    .filter((name) => name.endsWith('.arrow'))
    .sort()
    .map((name) => join(dir, name));
}

const LONGEST_CELL = 22;

/** Each row as [field, text] in the table's order. */
const rowsOf = (table: Table, timings: boolean): ReadonlyMap<string, string>[] =>
  Array.from({ length: table.numRows }, (_, row) => {
    const fields = table.schema.fields.filter(({ name }) => timings || !name.startsWith('seconds_'));
    return new Map(fields.map(({ name }) => [name, cell(table.getChild(name)?.get(row) as unknown)]));
  });

/** A column a subject: there are more facts than fit a line. */
function transposed(rows: readonly ReadonlyMap<string, string>[]): string {
  const [sid = 'sid', ...names] = [...(rows.at(0)?.keys() ?? [])];
  const line = (name: string) => [name, ...rows.map((row) => shortened(row.get(name) ?? ''))];
  return textTable(line(sid), names.map(line));
}

const shortened = (text: string) =>
  text.length > LONGEST_CELL ? `${text.slice(0, LONGEST_CELL - 1)}…` : text;

/** Numbers short, vectors by their first elements, nested ones by their shape. */
function cell(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number') return Number.isInteger(value) ? String(value) : value.toPrecision(4);
  if (typeof value === 'string') return value;
  if (!isVector(value)) return (value as bigint | boolean).toString();
  if (DataType.isUtf8(value.type)) return value.toArray().join('; ');
  const first = value.get(0);
  if (isVector(first)) return `[${value.length} x ${first.length}]`;
  const head = Array.from({ length: Math.min(2, value.length) }, (_, i) => cell(value.get(i)));
  return value.length > 2 ? `[${head.join(' ')} ... ${value.length}]` : head.join('; ');
}

interface VectorLike {
  readonly length: number;
  readonly type: DataType;
  get(index: number): unknown;
  toArray(): unknown[];
}

const isVector = (value: unknown): value is VectorLike =>
  typeof value === 'object' && value !== null && 'get' in value && 'length' in value;
