/** The results as `docs/parity.md` shows them: each quantity with its worst case. */
import { format, resolveConfig } from 'prettier';
import { passes, worst, type Quantity, type Results } from './row.js';

const [BEGIN, END] = ['<!-- written by npm run parity -->', '<!-- end -->'];
const HEADER = ['what', 'against', 'bar', 'worst measured', 'over', 'holds', 'row'];

export function asTable(results: Results): string {
  const rows = Object.entries(results).flatMap(([name, result]) =>
    'notRun' in result
      ? [notRunRow(name, result.notRun)]
      : result.quantities.map((q) => quantityRow(name, q)),
  );
  return [HEADER, HEADER.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/** The document with its table replaced, formatted as the project's Markdown is. */
export async function withTable(document: string, results: Results): Promise<string> {
  const [from, to] = [document.indexOf(BEGIN) + BEGIN.length, document.indexOf(END)];
  if (to < from) throw new Error(`the document has no place for the table: ${BEGIN} ... ${END}`);
  const text = `${document.slice(0, from)}\n\n${asTable(results)}\n\n${document.slice(to)}`;
  return format(text, { ...(await resolveConfig('docs/parity.md')), parser: 'markdown' });
}

/** More cases than these are counted; `bench/results/parity.json` has each. */
const NAMED = 4;

function quantityRow(name: string, quantity: Quantity): string[] {
  const { what, against, unit = '', bar, cases } = quantity;
  const measured = (value: number) => `${shown(value)} ${unit}`.trim();
  const limit = 'atMost' in bar ? `at most ${measured(bar.atMost)}` : `at least ${measured(bar.atLeast)}`;
  const names = Object.keys(cases);
  return [
    what,
    against,
    limit,
    measured(worst(quantity)),
    names.length > NAMED ? `${names.length} cases` : names.join('; '),
    passes(quantity) ? 'yes' : '**no**',
    `\`${name}\``,
  ];
}

const notRunRow = (name: string, reason: string) => [name, '', '', 'not measured', reason, '', `\`${name}\``];

const shown = (value: number): string =>
  Number.isInteger(value)
    ? String(value)
    : Math.abs(value) < 0.01
      ? value.toExponential(1)
      : String(Number(value.toPrecision(4)));
