/** The results as `bench/README.md` shows them: a table a section, medians with the range of their repeats. */
import { markdownTable, shown, shownBar, withWritten } from '../markdown.js';
import { isMeasured, median, misses, type Figure, type Results, type Run, type Section } from './section.js';

/** The document with every section's table replaced. */
export const withTables = (
  document: string,
  sections: readonly Section[],
  results: Results,
): Promise<string> =>
  withWritten(
    document,
    'npm run bench',
    sections.map((section) => sectionText(section, results)).join('\n\n'),
  );

export function sectionText({ name, title, about }: Section, results: Results): string {
  const head = `## ${title}\n\n${about}`;
  const result = results.get(name);
  if (result === undefined) return `${head}\n\nNot measured yet: \`npm run bench -- ${name}\`.`;
  return [head, figuresText(result.figures), originText(result.run)].join('\n\n');
}

/** The table, and why figures are missing from it. */
export const figuresText = (figures: readonly Figure[]): string =>
  [asTable(figures), ...reasons(figures)].join('\n\n');

export function originText({ command, machine, versions }: Run): string {
  const named = Object.entries(versions).map((version) => version.join(' '));
  return `\`${command}\`; ${[machine, ...named].join(', ')}.`;
}

/** A line for each `what`, a column for each `over`. */
export function asTable(figures: readonly Figure[]): string {
  const columns = [...new Set(figures.map(({ over }) => over))];
  const lines = new Map(figures.map((figure) => [lineOf(figure), figure]));
  const rows = [...lines.keys()].map((line) => [
    line,
    ...columns.map((over) => {
      const figure = figures.find((one) => one.over === over && lineOf(one) === line);
      return figure === undefined ? '' : cell(figure);
    }),
  ]);
  return markdownTable(['', ...columns], rows);
}

const lineOf = ({ what, unit }: Figure) => (unit === '' ? what : `${what}, ${unit}`);

function cell(figure: Figure): string {
  if (!isMeasured(figure)) return 'not measured';
  const { runs, bar, unit } = figure;
  const [low, high] = [Math.min(...runs), Math.max(...runs)].map((value) => shown(value, 3));
  const range = low === high ? '' : ` (${low} to ${high})`;
  const origin = figure.recorded ? ', recorded' : figure.earlier ? ', earlier run' : '';
  const verdict = bar && `: ${shownBar(bar, unit)}, ${misses(figure) ? '**missed**' : 'holds'}`;
  return `${shown(median(runs), 3)}${range}${origin}${verdict ?? ''}`;
}

/** Why figures are missing, each reason once. */
function reasons(figures: readonly Figure[]): string[] {
  const missing = new Map<string, Set<string>>();
  for (const figure of figures)
    if (!isMeasured(figure))
      missing.set(figure.notRun, (missing.get(figure.notRun) ?? new Set()).add(figure.what));
  return [...missing].map(([reason, whats]) => `Not measured, ${reason}: ${[...whats].join(', ')}.`);
}
