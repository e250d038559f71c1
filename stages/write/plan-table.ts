/** What the table will hold, as far as configuration, cohort and pipeline tell. */
import { pipelineFileError } from '../../src/core/errors.js';
import type { StageEnv } from '../../src/core/stage.js';
import { folderOf } from '../../src/formats/patch-files.js';
import { manifestColumns } from '../../src/store/dataset/manifest-columns.js';
import { plannedTable, type TablePlan } from '../../src/store/dataset/table.js';
import { isTensorPort, type WriteConfig, writtenPorts } from './config.js';

/** @throws LungflowError when a port carries no tensor, or two columns would have one name. */
export function planTable(config: WriteConfig, env: StageEnv): TablePlan {
  const tensors = writtenPorts(config).map((name) => ({ name, about: tensorPort(name, env).about }));
  const plan: TablePlan = {
    manifest: manifestColumns(env.subjects).filter(({ name }) => !env.fileColumns.has(name)),
    tensors: config.format === 'npy' ? [] : tensors,
    files: config.format === 'npy' ? tensors.map(({ name }) => name) : [],
    facts: Object.entries(env.facts).filter(([name]) => isWritten(name, config)),
    provenance: new Map(env.provenance),
  };
  refuseSameNames(plannedTable(plan).columns.map(({ name }) => name));
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
