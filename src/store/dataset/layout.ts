/** How a dataset's rows are laid out in files: part k holds the manifest's positions [k * rows, (k + 1) * rows), in order. */
import type { TableFormatName } from '../../formats/arrow/table-format.js';

/** `npy`: tensors in files of their own, the rest of all rows in one Arrow file. */
export type DatasetFormat = TableFormatName | 'npy';

export interface PartLayout {
  readonly format: TableFormatName;
  /** Manifest positions of one part. */
  readonly rows: number;
  /** A part is written anew when so many rows of it wait, even if more are to come. */
  readonly mostWaiting: number;
  /** The file of a part, and the part of a file; undefined for any other name. */
  nameOf(part: number): string;
  partOf(name: string): number | undefined;
}

/** @param rows manifest positions of one part, where there are several */
export const layoutOf = (format: DatasetFormat, rows: number): PartLayout =>
  format === 'npy' ? singlePart : numberedParts(format, rows);

const numberedParts = (format: TableFormatName, rows: number): PartLayout => ({
  format,
  rows,
  mostWaiting: Infinity,
  nameOf: (part) => `part-${String(part).padStart(5, '0')}.${format}`,
  partOf: (name) => {
    const [, number, extension] = /^part-(\d{5,})\.(\w+)$/.exec(name) ?? [];
    return extension === format ? Number(number) : undefined;
  },
});

/** What has no place in the reference's files: manifest, facts and flags, a row a subject. */
const TABLE = 'subjects.arrow';

/** All rows in one file: small ones, for it is written anew with every 64 of them. */
const singlePart: PartLayout = {
  format: 'arrow',
  rows: Infinity,
  mostWaiting: 64,
  nameOf: () => TABLE,
  partOf: (name) => (name === TABLE ? 0 : undefined),
};

/** The format of a part file of any layout; undefined for any other name. */
export function partFormat(name: string): TableFormatName | undefined {
  const formats: readonly DatasetFormat[] = ['arrow', 'parquet', 'npy'];
  return formats.map((format) => layoutOf(format, 1)).find((layout) => layout.partOf(name) !== undefined)
    ?.format;
}
