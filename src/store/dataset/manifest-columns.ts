/** The manifest's own columns, typed by what the whole manifest holds. */
import type { Cell, ScalarType } from '../../formats/arrow/column.js';
import type { Subject } from '../../core/subject.js';

export interface ManifestColumn {
  readonly name: string;
  readonly type: Extract<ScalarType, 'utf8' | 'int64' | 'float64'>;
}

/** Columns of any subject, those that name files included, in order of appearance. */
export function manifestColumns(subjects: readonly Subject[]): ManifestColumn[] {
  const names = new Set(subjects.flatMap(({ columns }) => Object.keys(columns)));
  return [...names].map((name) => ({
    name,
    type: inferType(subjects.map(({ columns }) => columns[name] ?? '').filter((text) => text !== '')),
  }));
}

// No leading zeros: `007` is a code, and as a number it would lose them.
const integer = /^[+-]?(0|[1-9]\d*)$/;
const decimal = /^[+-]?((0|[1-9]\d*)(\.\d*)?|\.\d+)([eE][+-]?\d+)?$/;

/** A column is numeric only where no value loses anything by it. */
function inferType(values: readonly string[]): ManifestColumn['type'] {
  if (values.length === 0) return 'utf8';
  if (values.every((text) => integer.test(text) && fitsInt64(BigInt(text.replace('+', ''))))) return 'int64';
  const exact = (text: string) =>
    decimal.test(text) &&
    Number.isFinite(Number(text)) &&
    (!integer.test(text) || Number.isSafeInteger(Number(text)));
  return values.every(exact) ? 'float64' : 'utf8';
}

const fitsInt64 = (value: bigint): boolean => BigInt.asIntN(64, value) === value;

/** A cell's value; null where the manifest has nothing. */
export function manifestCell(text: string | undefined, type: ManifestColumn['type']): Cell {
  if (text === undefined || text === '') return null;
  if (type === 'int64') return BigInt(text.replace('+', ''));
  return type === 'float64' ? Number(text) : text;
}
