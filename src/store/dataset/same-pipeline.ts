/** Rows of two pipelines never share a dataset. */
import type { TableSchema } from '../../formats/arrow/column.js';
import { otherPipeline, provenanceDifferences } from '../provenance.js';
import type { StoredFile } from './stored-file.js';
import { isCarried, plannedTable, provenanceOf, type PlannedTable, type TablePlan } from './table.js';

/** @throws LungflowError `output-of-other-pipeline`, naming what differs, when the file is of another pipeline. */
export function requireSamePipeline({ path, schema }: StoredFile, plan: TablePlan): void {
  const differences = pipelineDifferences(withoutCarried(schema), withoutCarried(plannedTable(plan)));
  if (differences.length > 0) throw otherPipeline(path, differences);
}

/** The manifest's columns may change from run to run: see recarry.ts. */
const withoutCarried = <T extends TableSchema | PlannedTable>(table: T): T => ({
  ...table,
  columns: table.columns.filter((column) => !isCarried(column)),
});

/** In words; shapes of tensors apart. */
export const pipelineDifferences = (found: TableSchema, wanted: TableSchema | PlannedTable): string[] => [
  ...provenanceDifferences(provenanceOf(found), provenanceOf(wanted)),
  ...columnDifferences(found.columns.map(describeColumn), wanted.columns.map(describeColumn)),
];

/** Tensors without shape: it is known only from the first row. */
const describeColumn = ({ name, type }: (TableSchema | PlannedTable)['columns'][number]): string =>
  `${name}: ${typeof type === 'string' ? type : 'tensor'}`;

function columnDifferences(found: readonly string[], wanted: readonly string[]): string[] {
  const gone = found.filter((column) => !wanted.includes(column)).map((column) => `column ${column} is gone`);
  const added = wanted.filter((column) => !found.includes(column)).map((column) => `column ${column} is new`);
  const moved = gone.length + added.length === 0 && found.join() !== wanted.join();
  return [...gone, ...added, ...(moved ? ['the columns have another order'] : [])];
}
