/** Tables of figures, written into the project's documents. */
import type { Bar } from './bar.js';

/** Columns are aligned, for those who read it as it is. */
export function markdownTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = header.map((name, i) => Math.max(3, name.length, ...rows.map((cells) => cells[i].length)));
  const line = (cells: readonly string[], fill = ' ') =>
    `| ${cells.map((cell, i) => cell.padEnd(widths[i], fill)).join(' | ')} |`;
  return [
    line(header),
    line(
      header.map(() => ''),
      '-',
    ),
    ...rows.map((cells) => line(cells)),
  ].join('\n');
}

/** The document with what stands between the command's marker and the end marker replaced, formatted as the project's Markdown is. */
export async function withWritten(document: string, command: string, text: string): Promise<string> {
  const { format, resolveConfig } = await import('prettier'); // where only tables are printed it need not be there
  const [begin, end] = [`<!-- written by ${command} -->`, '<!-- end -->'];
  const from = document.indexOf(begin) + begin.length;
  const to = document.indexOf(end, from);
  if (from < begin.length || to < 0)
    throw new Error(`the document has no place for the figures: ${begin} ... ${end}`);
  const written = `${document.slice(0, from)}\n\n${text}\n\n${document.slice(to)}`;
  return format(written, { ...(await resolveConfig('README.md')), parser: 'markdown' });
}

export const shownBar = (bar: Bar, unit = ''): string =>
  ('atMost' in bar
    ? `at most ${shown(bar.atMost)} ${unit}`
    : `at least ${shown(bar.atLeast)} ${unit}`
  ).trim();

export const shown = (value: number, digits = 4): string =>
  Number.isInteger(value)
    ? String(value)
    : Math.abs(value) < 0.01
      ? value.toExponential(1)
      : String(Number(value.toPrecision(digits)));
