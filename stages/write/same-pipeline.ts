/** Rows of two pipelines never share a dataset. */
import { usageError } from '../../src/core/errors.js';
import { type Column, describeType } from '../../src/formats/arrow/column.js';
import type { StoredFile } from './stored-file.js';
import { tableColumns, type TablePlan } from './table.js';

/** @throws LungflowError `output-of-other-pipeline`, naming what differs, when the file is of another pipeline. */
export function requireSamePipeline({ path, schema }: StoredFile, plan: TablePlan): void {
  const differences = [
    ...metadataDifferences(schema.metadata, plan.metadata),
    ...columnDifferences(schema.columns.map(describeColumn), tableColumns(plan, []).map(describeColumn)),
  ];
  if (differences.length === 0) return;
  const more = differences.length > 4 ? `; and ${differences.length - 4} more` : '';
  throw usageError(
    'output-of-other-pipeline',
    `The output already holds rows of another pipeline (${path}): ${differences.slice(0, 4).join('; ')}${more}.`,
    'Choose another --out, or delete that directory to compute everything again.',
  );
}

function metadataDifferences(
  found: ReadonlyMap<string, string>,
  wanted: ReadonlyMap<string, string>,
): string[] {
  const keys = [...new Set([...found.keys(), ...wanted.keys()])];
  return keys
    .filter((key) => found.get(key) !== wanted.get(key))
    .map((key) => `${key.replace(/^lungflow\./, '')} ${textDifference(found.get(key), wanted.get(key))}`);
}

/** The first line in which two texts differ. */
function textDifference(found: string | undefined, wanted: string | undefined): string {
  if (found === undefined) return `is new: ${quote(wanted)}`;
  if (wanted === undefined) return `is gone: ${quote(found)}`;
  const [old, now] = [found.split('\n'), wanted.split('\n')];
  const line = old.findIndex((text, index) => text !== now[index]);
  const at = line < 0 ? old.length : line;
  const where = old.length > 1 || now.length > 1 ? `(line ${at + 1}) ` : '';
  return `${where}was ${quote(old[at])} and is now ${quote(now[at])}`;
}

function quote(text: string | undefined): string {
  if (text === undefined) return 'nothing';
  return `"${text.length > 80 ? `${text.slice(0, 79)}…` : text}"`;
}

/** Tensors without shape: it is known only from the first row. */
function describeColumn({ name, type }: Column): string {
  return `${name}: ${typeof type === 'string' ? describeType(type) : 'tensor'}`;
}

function columnDifferences(found: readonly string[], wanted: readonly string[]): string[] {
  const gone = found.filter((column) => !wanted.includes(column)).map((column) => `column ${column} is gone`);
  const added = wanted.filter((column) => !found.includes(column)).map((column) => `column ${column} is new`);
  const moved = gone.length + added.length === 0 && found.join() !== wanted.join();
  return [...gone, ...added, ...(moved ? ['the columns have another order'] : [])];
}
