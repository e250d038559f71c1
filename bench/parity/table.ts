/** The results as `docs/parity.md` shows them: each quantity with its worst case. */
import { markdownTable, shown, shownBar, withWritten } from '../markdown.js';
import { passes, worst, type Quantity, type Results } from './row.js';

const HEADER = ['what', 'against', 'bar', 'worst measured', 'over', 'holds', 'row'];

export function asTable(results: Results): string {
  const rows = Object.entries(results).flatMap(([name, result]) =>
    'notRun' in result
      ? [notRunRow(name, result.notRun)]
      : result.quantities.map((q) => quantityRow(name, q)),
  );
  return markdownTable(HEADER, rows);
}

/** The document with its table replaced, formatted as the project's Markdown is. */
export const withTable = (document: string, results: Results): Promise<string> =>
  withWritten(document, 'npm run parity', asTable(results));

/** More cases than these are counted; `bench/results/parity.json` has each. */
const NAMED = 4;

function quantityRow(name: string, quantity: Quantity): string[] {
  const { what, against, unit = '', bar, cases } = quantity;
  const measured = (value: number) => `${shown(value)} ${unit}`.trim();
  const names = Object.keys(cases);
  return [
    what,
    against,
    shownBar(bar, unit),
    measured(worst(quantity)),
    names.length > NAMED ? `${names.length} cases` : names.join('; '),
    passes(quantity) ? 'yes' : '**no**',
    `\`${name}\``,
  ];
}

const notRunRow = (name: string, reason: string) => [name, '', '', 'not measured', reason, '', `\`${name}\``];
