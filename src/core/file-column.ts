/** Columns of the manifest that name files for a stage to read: `mask`, `transform`. */
import { inputError, pipelineFileError } from './errors.js';
import type { StageEnv } from './stage.js';
import type { Subject } from './subject.js';

export interface FileColumn {
  readonly column: string;
  readonly stage: string;
  /** The stage's option, which names the column. */
  readonly option: string;
  /** What the files are: "lung mask". */
  readonly what: string;
  /** What happens without the option: "find the lungs in the CT". */
  readonly otherwise: string;
  /** What can be done about a blank cell, other than to fill it: "set ...". */
  readonly ifBlank?: string;
}

/** Columns of the manifest on which results depend, as far as stages have opened and said so. */
export const columnsRead = ({
  fileColumns,
  inputColumns,
}: Pick<StageEnv, 'fileColumns' | 'inputColumns'>): ReadonlySet<string> =>
  new Set([...fileColumns, ...inputColumns]);

/** @throws LungflowError `<option>-column-unknown` when no row of the manifest has the column. */
export function useFileColumn(
  { column, stage, option, otherwise }: FileColumn,
  { subjects, fileColumns }: Pick<StageEnv, 'subjects' | 'fileColumns'>,
): void {
  fileColumns.add(column);
  if (subjects.length === 0 || subjects.some(({ columns }) => Object.hasOwn(columns, column))) return;
  throw pipelineFileError(
    `${option}-column-unknown`,
    `The manifest has no column "${column}", which \`${option}\` of the ${stage} stage names.`,
    `Name one of its columns, or leave \`${option}\` out to ${otherwise}.`,
  );
}

/** The absolute path in a subject's cell. @throws LungflowError `column-empty` */
export function fileOf({ column, option, what, ifBlank }: FileColumn, subject: Subject): string {
  const path = subject.path(column);
  if (path !== undefined) return path;
  throw inputError(
    'column-empty',
    `The manifest names no ${what} in column "${column}" for this subject.`,
    `Fill the column, or ${ifBlank ?? `run the subjects without a ${what} by themselves, without \`${option}\``}.`,
  );
}
