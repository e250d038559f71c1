/** One stage in text: what it needs, gives, drops and finds out, and its options, all from its declaration. */
import pc from 'picocolors';
import { itemAt } from '../../core/item-at.js';
import type { PortMap } from '../../core/port.js';
import type { AnyStageType } from '../../core/stage.js';
import { inWords, shapeOf } from '../../config/pipeline/option-schema.js';

type Cells = readonly string[];

/** For `pipeline stages NAME`. */
export function describeStage(
  { stageName, spec }: Pick<AnyStageType, 'stageName' | 'spec'>,
  { color = false } = {},
): string {
  const paint = pc.createColors(color);
  const { gives, drops = [], facts = {}, startsFrom } = spec;
  const { needs, remark } = needsByDefault(spec);
  const ports = (map: PortMap) => Object.entries(map).map(([name, { type, about }]) => [name, type, about]);
  const sections: readonly (readonly [string, readonly Cells[]])[] = [
    ['needs', ports(needs)],
    ['gives', ports(gives)],
    ['drops', drops.map((name) => [name, '', ''])],
    ['facts', Object.entries(facts).map(([name, { type, about }]) => [name, type, about])],
  ];
  const options = optionRows(spec.config);
  const portTable = align(sections.flatMap(([, rows]) => rows));
  let next = 0;
  const lines = [`${paint.bold(stageName)} · ${spec.lane} · version ${spec.version}`, spec.summary, ''];
  for (const [label, rows] of sections)
    for (const [index] of rows.entries()) {
      lines.push(`${paint.dim((index === 0 ? label : '').padEnd(7))}${portTable[next]}`);
      next += 1;
    }
  if (startsFrom) lines.push(`${paint.dim('input'.padEnd(7))}a directory with ${startsFrom.about}`);
  if (remark) lines.push(paint.dim(`       (${remark})`));
  if (options.length > 0) lines.push('', paint.dim('options'), ...optionLines(options));
  else lines.push('', paint.dim('no options'));
  return `${lines.map((line) => line.trimEnd()).join('\n')}\n`;
}

function needsByDefault({ needs, config }: AnyStageType['spec']): { needs: PortMap; remark?: string } {
  if (typeof needs !== 'function') return { needs };
  const parsed = config.safeParse({});
  if (!parsed.success) return { needs: {}, remark: 'what it needs depends on its options' };
  const remark = 'needs with the default options; others may need other ports';
  return { needs: (needs as (config: unknown) => PortMap)(parsed.data), remark };
}

function optionRows(config: AnyStageType['spec']['config']): readonly Cells[] {
  const { properties = {}, required = [] } = shapeOf(config);
  return Object.entries(properties).map(([name, shape]) => {
    const preset = 'default' in shape ? `= ${JSON.stringify(shape.default)}` : '';
    const need = required.includes(name) ? 'required' : preset || 'optional';
    return [name, inWords([shape]) || 'any value', need, shape.description ?? ''];
  });
}

const LINE_WIDTH = 110;

/** A line an option; where the widest would not fit, descriptions go below. */
function optionLines(options: readonly Cells[]): readonly string[] {
  const rows = align(options).map((row) => `  ${row}`);
  if (rows.every((row) => row.length <= LINE_WIDTH)) return rows;
  const short = align(options.map((cells) => cells.slice(0, -1)));
  return short.flatMap((row, at) => [
    `  ${row}`,
    ...itemAt(options, at)
      .slice(-1)
      .filter(Boolean)
      .map((about) => `      ${about}`),
  ]);
}

/** Columns as wide as their widest cell. */
function align(rows: readonly Cells[]): readonly string[] {
  const widths = (rows.at(0) ?? []).map((_, at) =>
    Math.max(...rows.map((cells) => itemAt(cells, at).length)),
  );
  return rows.map((cells) => cells.map((cell, at) => cell.padEnd(itemAt(widths, at))).join('   '));
}
