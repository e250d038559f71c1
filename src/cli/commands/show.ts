/** `pipeline show DIR`: a look at the table that a run has written. */
import { once } from 'node:events';
import colors from 'picocolors';
import type { CommandModule } from 'yargs';
import {
  findDatasets,
  openDataset,
  usageError,
  type Dataset,
  type DatasetCell,
  type DatasetRow,
} from '../../index.js';
import { csvLine } from '../csv-line.js';
import { inFlags } from '../flags.js';
import { textTable } from '../text-table.js';

interface ShowArguments {
  dir: string;
  subjects: number;
  timings: boolean;
  csv: boolean;
}

export const showCommand: CommandModule<object, ShowArguments> = {
  command: 'show <dir>',
  describe: 'show the table that a run has written',
  builder: (yargs) =>
    yargs
      .positional('dir', { type: 'string', demandOption: true, describe: 'output directory of a run' })
      .option('subjects', { type: 'number', default: 6, describe: 'how many to show' })
      .option('timings', { type: 'boolean', default: false, describe: 'also the seconds of each stage' })
      .option('csv', {
        type: 'boolean',
        default: false,
        describe: 'every row as CSV on stdout, without vectors',
      }),
  async handler({ dir, subjects, timings, csv }) {
    if (!(Number.isInteger(subjects) && subjects > 0))
      throw usageError(
        'bad-subjects',
        `--subjects ${subjects} is no positive whole number.`,
        'Give 6, for instance.',
      );
    const datasets = await Promise.all((await findDatasets(dir)).map(openDataset));
    const files = datasets.flatMap((dataset) => dataset.files);
    if (files.length === 0)
      throw usageError(
        'no-results',
        `There is no table of a run in \`${dir}\`.`,
        'Name the output directory of a finished run.',
      );
    if (csv) return writeCsv(datasets, timings);
    const rows: { readonly row: DatasetRow; readonly columns: Dataset['columns'] }[] = [];
    for (const dataset of datasets)
      if (rows.length < subjects)
        for await (const row of dataset.rows()) {
          rows.push({ row, columns: dataset.columns });
          if (rows.length >= subjects) break;
        }
    const common = flagsOfAll(rows.map(({ row }) => row));
    const shown = rows.map(({ row, columns }) => texts(withoutFlags(row, common), columns, timings));
    const total = datasets.reduce((sum, { sids }) => sum + sids.length, 0);
    const lines = [
      transposed(shown),
      ...common.map((flag) => `${colors.yellow('!')} every row shown: ${inFlags(flag)}`),
      `${total} rows in ${files.length} file(s): ${files[0]}${files.length > 1 ? ' ...' : ''}`,
    ];
    process.stdout.write(`${lines.join('\n')}\n`);
  },
};

/** A line a row as it is read: a cohort's table is never held whole. */
async function writeCsv(datasets: readonly Dataset[], timings: boolean): Promise<void> {
  const scalars = ({ columns }: Dataset) => columns.filter(({ type }) => typeof type === 'string');
  const header = [...new Set(datasets.flatMap((dataset) => namesOf(scalars(dataset), timings)))];
  process.stdout.write(csvLine(header));
  for (const dataset of datasets)
    for await (const row of dataset.rows()) {
      const line = csvLine(header.map((name) => csvCell(row[name] ?? null)));
      if (!process.stdout.write(line)) await once(process.stdout, 'drain');
    }
}

/** Whole: numbers as they are, lists joined by semicolons. */
const csvCell = (value: DatasetCell): string =>
  value === null || (typeof value === 'object' && 'data' in value)
    ? ''
    : typeof value === 'object'
      ? value.join('; ')
      : String(value);

/** What is to be said of all is said once, whole. */
const flagsOfAll = ([first, ...more]: readonly DatasetRow[]): string[] =>
  first?.flags.filter((flag) => more.every(({ flags }) => flags.includes(flag))) ?? [];

const withoutFlags = (row: DatasetRow, flags: readonly string[]): DatasetRow => ({
  ...row,
  flags: row.flags.filter((flag) => !flags.includes(flag)),
});

const LONGEST_CELL = 22;

/** Each field's text, in the table's order. */
const texts = (row: DatasetRow, columns: Dataset['columns'], timings: boolean) =>
  new Map(namesOf(columns, timings).map((name) => [name, cell(row[name] ?? null)]));

const namesOf = (columns: Dataset['columns'], timings: boolean): string[] =>
  columns.map(({ name }) => name).filter((name) => timings || !name.startsWith('seconds_'));

/** A column a subject: there are more facts than fit a line. */
function transposed(rows: readonly ReadonlyMap<string, string>[]): string {
  const [sid = 'sid', ...names] = [...(rows.at(0)?.keys() ?? [])];
  const line = (name: string) => [name, ...rows.map((row) => shortened(row.get(name) ?? ''))];
  return textTable(line(sid), names.map(line));
}

const shortened = (text: string) =>
  text.length > LONGEST_CELL ? `${text.slice(0, LONGEST_CELL - 1)}…` : text;

/** Numbers short, vectors by their first elements, nested ones by their shape. */
function cell(value: DatasetCell): string {
  if (value === null) return '';
  if (typeof value === 'number') return Number.isInteger(value) ? String(value) : value.toPrecision(4);
  if (typeof value !== 'object') return String(value);
  if (!('data' in value)) return value.join('; ');
  const { data, shape } = value;
  if (shape.length > 1) return `[${shape[0]} x ${shape[1]}]`;
  const head = Array.from(data.subarray(0, 2), cell);
  return data.length > 2 ? `[${head.join(' ')} ... ${data.length}]` : head.join('; ');
}
