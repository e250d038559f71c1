/** Rows of two pipelines never share a dataset. */
import { type Column, describeType } from '../../formats/arrow/column.js';
import { otherPipeline, provenanceDifferences } from '../provenance.js';
import type { StoredFile } from './stored-file.js';
import { provenanceOf, tableColumns, type TablePlan } from './table.js';

/** @throws LungflowError `output-of-other-pipeline`, naming what differs, when the file is of another pipeline. */
export function requireSamePipeline({ path, schema }: StoredFile, plan: TablePlan): void {
  const differences = [
    ...provenanceDifferences(provenanceOf(schema), plan.provenance),
    ...columnDifferences(schema.columns.map(describeColumn), tableColumns(plan, []).map(describeColumn)),
  ];
  if (differences.length > 0) throw otherPipeline(path, differences);
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
