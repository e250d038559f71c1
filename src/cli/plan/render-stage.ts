/** One stage in text: what it needs, gives, drops and finds out, and its options. */
import pc from 'picocolors';
import type { OptionDescription, PortMap, StageDescription } from '../../index.js';

type Cells = readonly string[];

/** For `pipeline stages NAME`. */
export function renderStage(stage: StageDescription, { color = false } = {}): string {
  const paint = pc.createColors(color);
  const ports = (map: PortMap) => Object.entries(map).map(([name, { type, about }]) => [name, type, about]);
  const sections: readonly (readonly [label: string, rows: readonly Cells[]])[] = [
    ['needs', ports(stage.needs)],
    ['gives', ports(stage.gives)],
    ['drops', stage.drops.map((name) => [name, '', ''])],
    ['facts', stage.facts.map(({ name, type, about }) => [name, type, about])],
  ];
  const labels = sections.flatMap(([label, rows]) => rows.map((_, index) => (index === 0 ? label : '')));
  const table = align(sections.flatMap(([, rows]) => rows));
  const lines = [`${paint.bold(stage.name)} · ${stage.lane} · version ${stage.version}`, stage.summary, ''];
  for (const [at, row] of table.entries()) lines.push(`${paint.dim((labels[at] ?? '').padEnd(7))}${row}`);
  if (stage.startsFrom !== undefined)
    lines.push(`${paint.dim('input'.padEnd(7))}a directory with ${stage.startsFrom}`);
  if (stage.needsRemark !== undefined) lines.push(paint.dim(`       (${stage.needsRemark})`));
  if (stage.options.length > 0) lines.push('', paint.dim('options'), ...optionLines(stage.options));
  else lines.push('', paint.dim('no options'));
  return `${lines.map((line) => line.trimEnd()).join('\n')}\n`;
}

const LINE_WIDTH = 110;

/** A line an option; where the widest would not fit, descriptions go below. */
function optionLines(options: readonly OptionDescription[]): readonly string[] {
  const short = options.map(({ name, accepts, required, default: preset }) => [
    name,
    accepts,
    required ? 'required' : preset === undefined ? 'optional' : `= ${preset}`,
  ]);
  const rows = align(short.map((cells, at) => [...cells, options[at]?.about ?? ''])).map((row) => `  ${row}`);
  if (rows.every((row) => row.length <= LINE_WIDTH)) return rows;
  return align(short).flatMap((row, at) => {
    const about = options[at]?.about;
    return [`  ${row}`, ...(about ? [`      ${about}`] : [])];
  });
}

/** Columns as wide as their widest cell. */
function align(rows: readonly Cells[]): readonly string[] {
  const widthOf = (column: number) => Math.max(...rows.map((cells) => cells[column]?.length ?? 0));
  const widths = (rows.at(0) ?? []).map((_, column) => widthOf(column));
  return rows.map((cells) => cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('   '));
}
