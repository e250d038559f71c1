/** The dataset's columns and rows: sid, the manifest's columns, tensors, QC facts, flags. */
import { itemAt, itemNamed } from '../../core/item-at.js';
import { inputError } from '../../core/errors.js';
import type { FactSpec } from '../../core/fact.js';
import type { Task } from '../../core/stage.js';
import { elementCount, type Tensor } from '../../core/tensor.js';
import {
  type Column,
  type ColumnType,
  describeType,
  elementOf,
  type Row,
  type TableSchema,
  type TensorType,
} from '../../formats/arrow/column.js';
import { manifestCell, type ManifestColumn } from './manifest-columns.js';

/** All that is known of the table before the first tensor is seen. */
export interface TablePlan {
  readonly manifest: readonly ManifestColumn[];
  readonly tensors: readonly { readonly name: string; readonly about: string }[];
  /** Ports whose tensors stand in files beside the table. */
  readonly files: readonly string[];
  readonly facts: readonly (readonly [name: string, spec: FactSpec])[];
  /** How the results came about. */
  readonly provenance: ReadonlyMap<string, string>;
}

/** A subject whose row is to be kept. */
export interface Finished extends Pick<Task, 'subject' | 'facts' | 'flags'> {
  /** By port: all that the plan names. */
  readonly tensors: Readonly<Record<string, Tensor>>;
}

/** What tells the manifest's columns from others. */
const CARRIED = 'Column of the manifest';

export const isCarried = ({ about }: Pick<Column, 'about'>): boolean => about === CARRIED;

/** In the files' metadata, provenance has this before its keys. */
const PREFIX = 'lungflow.';

/** A column before the first row is there: the shapes of tensors are not known. */
export interface PlannedColumn extends Omit<Column, 'type'> {
  readonly type: Exclude<ColumnType, TensorType> | 'tensor';
}

/** A table before its first row is there. */
export interface PlannedTable extends Pick<TableSchema, 'metadata'> {
  readonly columns: readonly PlannedColumn[];
}

export const plannedTable = (plan: TablePlan): PlannedTable => ({
  columns: [
    { name: 'sid', type: 'utf8', about: 'Subject id' },
    ...plan.manifest.map(({ name, type }) => ({ name, type, about: CARRIED })),
    ...plan.tensors.map(({ name, about }) => ({ name, about, type: 'tensor' as const })),
    ...plan.facts.map(([name, { type, about }]) => ({ name, type, about })),
    { name: 'flags', type: 'list<utf8>', about: 'Reasons to look at this subject before trusting its row' },
  ],
  metadata: new Map([...plan.provenance].map(([key, value]) => [`${PREFIX}${key}`, value])),
});

/** @param types of the tensors, in the plan's order. */
export function tableSchema(plan: TablePlan, types: readonly TensorType[]): TableSchema {
  const { columns, metadata } = plannedTable(plan);
  let tensor = 0;
  return {
    columns: columns.map(({ type, ...column }) => ({
      ...column,
      type: type === 'tensor' ? itemAt(types, tensor++) : type,
    })),
    metadata,
  };
}

export const provenanceOf = ({ metadata }: Pick<TableSchema, 'metadata'>): ReadonlyMap<string, string> =>
  new Map(
    [...metadata].map(([key, value]) => [key.startsWith(PREFIX) ? key.slice(PREFIX.length) : key, value]),
  );

export function tableRow(plan: TablePlan, { subject, facts, flags, tensors }: Finished): Row {
  return [
    subject.sid,
    ...plan.manifest.map(({ name, type }) => manifestCell(subject.columns[name], type)),
    ...plan.tensors.map(({ name }) => itemNamed(tensors, name).data),
    ...plan.facts.map(([name]) => facts.get(name) ?? null),
    [...flags],
  ];
}

/** The types of a row's tensors. @throws LungflowError when they cannot be columns or differ from `known`. */
export function tensorTypes(
  plan: TablePlan,
  tensors: Finished['tensors'],
  known: readonly TensorType[] | undefined,
): TensorType[] {
  return plan.tensors.map(({ name }, index) => {
    const tensor = itemNamed(tensors, name);
    const { data, shape } = tensor;
    const type = { element: elementOf(data), shape };
    requireWhole(name, tensor);
    const expected = known && describeType(itemAt(known, index));
    if (expected !== undefined && expected !== describeType(type)) {
      throw inputError(
        'tensor-shape',
        `The tensor ${name} is ${describeType(type)}, unlike the ${expected} of the rows before.`,
        'A column has one shape: write subjects of another shape to another `out`.',
      );
    }
    return type;
  });
}

/** @throws LungflowError when a tensor is empty, or its shape says another number of elements than it has. */
export function requireWhole(name: string, { data, shape }: Tensor): void {
  if (shape.length > 0 && data.length > 0 && elementCount(shape) === data.length) return;
  throw inputError(
    'tensor-shape',
    `The tensor ${name} has ${data.length} elements in the shape [${shape.join(', ')}].`,
    'This is a fault of the stage that gives it; please report it to its author.',
  );
}
