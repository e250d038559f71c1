/** Rows whose subjects' columns of the manifest have changed: the results stay, what is carried beside them is written anew. */
import { usageError } from '../../core/errors.js';
import type { Subject } from '../../core/subject.js';
import type { Cell, Row, TableSchema } from '../../formats/arrow/column.js';
import { manifestCell, type ManifestColumn } from './manifest-columns.js';
import type { StoredFile } from './stored-file.js';
import { isCarried, plannedTable, type TablePlan } from './table.js';

/** Whether a table carries the manifest's columns as they are now: names, types, order. */
export const sameCarried = ({ columns }: TableSchema, { manifest }: TablePlan): boolean =>
  columns
    .filter(isCarried)
    .map(({ name, type }) => `${name}: ${typeof type === 'string' ? type : 'tensor'}`)
    .join() === manifest.map(({ name, type }) => `${name}: ${type}`).join();

/**
 * The row in the plan's columns.
 * @param subject as the manifest has it now; without, its own cells are kept as far as a column of that name is there
 * @throws LungflowError `carried-column-type`
 */
export function recarry(
  plan: TablePlan,
  { path, schema }: StoredFile,
  row: Row,
  subject: Subject | undefined,
): Row {
  const at = new Map(schema.columns.map(({ name }, index) => [name, index]));
  const stored = (name: string): Cell => {
    const index = at.get(name);
    return index === undefined ? null : (row[index] ?? null);
  };
  const typeOf = new Map(plan.manifest.map(({ name, type }) => [name, type]));
  return plannedTable(plan).columns.map((column) => {
    const type = isCarried(column) ? typeOf.get(column.name) : undefined;
    if (type === undefined) return stored(column.name);
    if (subject) return manifestCell(subject.columns[column.name], type);
    return asType(stored(column.name), type, column.name, path);
  });
}

/** A cell of a subject that is in no manifest any more. */
function asType(cell: Cell, type: ManifestColumn['type'], column: string, path: string): Cell {
  if (cell === null) return null;
  if (typeof cell === 'string' && type === 'utf8') return cell;
  if (typeof cell === 'bigint' || typeof cell === 'number') {
    if (type === 'utf8') return String(cell);
    if (type === 'float64') return Number(cell);
    if (typeof cell === 'bigint') return cell;
  }
  throw usageError(
    'carried-column-type',
    `The column ${column} of the manifest holds numbers now (${type}), and ${path} holds another value in it for a subject that is not in the manifest.`,
    'Put that subject back into the manifest, or choose another `out`.',
  );
}
