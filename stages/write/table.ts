/** The dataset's columns and rows: sid, the manifest's columns, tensors, QC facts, flags. */
import { inputError, pipelineFileError } from '../../src/core/errors.js';
import type { FactSpec } from '../../src/core/fact.js';
import type { StageEnv, Task } from '../../src/core/stage.js';
import { elementCount, type Tensor } from '../../src/core/tensor.js';
import {
  type Column,
  describeType,
  elementOf,
  type Row,
  type TensorType,
} from '../../src/formats/arrow/column.js';
import { folderOf } from '../../src/formats/patch-files.js';
import { isTensorPort, type WriteConfig, writtenPorts } from './config.js';
import { manifestCell, type ManifestColumn, manifestColumns } from './manifest-columns.js';

/** All that is known of the table before the first tensor is seen. */
export interface TablePlan {
  readonly manifest: readonly ManifestColumn[];
  readonly tensors: readonly { readonly name: string; readonly about: string }[];
  /** Ports whose tensors stand in files beside the table. */
  readonly files: readonly string[];
  readonly facts: readonly (readonly [name: string, spec: FactSpec])[];
  /** `lungflow.*`: how the results came about. */
  readonly metadata: ReadonlyMap<string, string>;
}

/** @throws LungflowError when a port carries no tensor, or two columns would have one name. */
export function planTable(config: WriteConfig, env: StageEnv): TablePlan {
  const tensors = writtenPorts(config).map((name) => ({ name, about: tensorPort(name, env).about }));
  const plan: TablePlan = {
    manifest: manifestColumns(env.subjects).filter(({ name }) => !env.fileColumns.has(name)),
    tensors: config.format === 'npy' ? [] : tensors,
    files: config.format === 'npy' ? tensors.map(({ name }) => name) : [],
    facts: Object.entries(env.facts).filter(([name]) => isWritten(name, config)),
    metadata: new Map([...env.provenance].map(([key, value]) => [`lungflow.${key}`, value])),
  };
  refuseSameNames(tableColumns(plan, []).map(({ name }) => name));
  refuseSameNames(plan.files.map(folderOf));
  return plan;
}

/** The writer's own seconds are not known while it writes. */
function isWritten(fact: string, { timings }: WriteConfig): boolean {
  return fact !== 'seconds_write' && (timings || !fact.startsWith('seconds_'));
}

function tensorPort(name: string, { ports }: StageEnv) {
  if (isTensorPort(ports[name])) return ports[name];
  throw pipelineFileError(
    'column-not-a-tensor',
    `The port ${name} carries ${ports[name].type}, which cannot be a column.`,
    'Name ports in `columns` that carry a Tensor: `pipeline stages` lists them.',
  );
}

function refuseSameNames(names: readonly string[]): void {
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice === undefined) return;
  throw pipelineFileError(
    'column-twice',
    `Two columns of the output would be named ${twice}.`,
    'Rename that column of the manifest, or leave one of the ports out of `columns`.',
  );
}

/** @param types of the tensors, in the plan's order. */
export function tableColumns(plan: TablePlan, types: readonly TensorType[]): Column[] {
  return [
    { name: 'sid', type: 'utf8', about: 'Subject id' },
    ...plan.manifest.map(({ name, type }): Column => ({ name, type, about: 'Column of the manifest' })),
    ...plan.tensors.map(({ name, about }, index): Column => ({ name, about, type: types[index] })),
    ...plan.facts.map(([name, { type, about }]): Column => ({ name, type, about })),
    { name: 'flags', type: 'list<utf8>', about: 'Reasons to look at this subject before trusting its row' },
  ];
}

export function tableRow(
  plan: TablePlan,
  tensors: Readonly<Record<string, Tensor>>,
  { subject, facts, flags }: Pick<Task, 'subject' | 'facts' | 'flags'>,
): Row {
  return [
    subject.sid,
    ...plan.manifest.map(({ name, type }) => manifestCell(subject.columns[name], type)),
    ...plan.tensors.map(({ name }) => tensors[name].data),
    ...plan.facts.map(([name]) => facts.get(name) ?? null),
    [...flags],
  ];
}

/** The types of a row's tensors. @throws LungflowError when they cannot be columns or differ from `known`. */
export function tensorTypes(
  plan: TablePlan,
  tensors: Readonly<Record<string, Tensor>>,
  known: readonly TensorType[] | undefined,
): TensorType[] {
  return plan.tensors.map(({ name }, index) => {
    const { data, shape } = tensors[name];
    const type = { element: elementOf(data), shape };
    requireWhole(name, tensors[name]);
    if (known && describeType(known[index]) !== describeType(type)) {
      throw inputError(
        'tensor-shape',
        `The tensor ${name} is ${describeType(type)}, unlike the ${describeType(known[index])} of the rows before.`,
        'A column has one shape: write subjects of another shape to another --out.',
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
