/** One row of the cohort's manifest. */
import type { ImageSource } from './image-source.js';

/** One row of a cohort: a scan and what its manifest says of it. */
export interface Subject {
  /** Unique id, `[A-Za-z0-9._-]+`; the only identifier that may reach logs and outputs. */
  readonly sid: string;
  /** Where the CT lies. */
  readonly image: ImageSource;
  /** Position among the manifest's rows, from 0: the order of the output. */
  readonly index: number;
  /** Line of the manifest, for messages. */
  readonly line: number;
  /** Every further column, as written. */
  readonly columns: Readonly<Record<string, string>>;
  /** Absolute path that a column names (relative paths are relative to the manifest); undefined when empty or absent. */
  path(column: string): string | undefined;
}

/** The subject as one sees it who may read these columns of its row. */
export const withColumns = (subject: Subject, names: ReadonlySet<string>): Subject => ({
  ...subject,
  columns: Object.fromEntries(Object.entries(subject.columns).filter(([name]) => names.has(name))),
  path: (column) => (names.has(column) ? subject.path(column) : undefined),
});
