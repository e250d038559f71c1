/** A table's cells without the blanks around them; where one says that there is no value, it is empty. */
import { isMissing, isNoNumber } from '../../core/missing-value.js';
import type { Row } from './table.js';

/** Rows as long as the header, whose named columns were looked at. */
export interface ClearedRows {
  readonly rows: readonly Row[];
  /** How many marks of a missing value were taken for none, in which columns. */
  readonly marks: number;
  readonly columns: readonly string[];
}

/**
 * @param names of the header
 * @param kept positions of columns whose text is their own: the sid, the image
 */
export function clearMissing(
  rows: readonly Row[],
  names: readonly string[],
  kept: ReadonlySet<number>,
): ClearedRows {
  const marked = new Map<string, number>();
  const isAbsent = names.map((_, at) =>
    isNumeric(rows.map(({ cells }) => cells[at] ?? '')) ? isNoNumber : isMissing,
  );
  const clear = (text: string, at: number): string => {
    const trimmed = text.trim();
    if (kept.has(at) || !isAbsent[at]?.(trimmed)) return trimmed;
    const name = names[at] ?? '';
    if (trimmed !== '' && name !== '') marked.set(name, (marked.get(name) ?? 0) + 1);
    return '';
  };
  return {
    rows: rows.map(({ line, cells }) => ({ line, cells: cells.map(clear) })),
    marks: [...marked.values()].reduce((sum, count) => sum + count, 0),
    columns: names.filter((name) => marked.has(name)),
  };
}

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;

/** Numbers, marks apart. */
const isNumeric = (texts: readonly string[]): boolean =>
  texts.every((text) => isNoNumber(text) || NUMBER.test(text.trim()));
