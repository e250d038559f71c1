/** `write`: one row a subject, in the manifest's order, as a directory of Arrow or Parquet files, or of the reference's. */
import { join } from 'node:path';
import type { z } from 'zod';
import { defineStage, type Stage, type StageEnv, type Task } from '../../src/core/stage.js';
import type { Tensor } from '../../src/core/tensor.js';
import { batchBytes } from '../../src/formats/arrow/column.js';
import { requireDistinctFiles } from './array-files.js';
import { tensorPorts, type WriteConfig, writeConfig } from './config.js';
import { Dataset } from './dataset.js';
import { numberedParts, singlePart } from './part.js';
import { planTable, requireWhole, tableRow, tensorTypes } from './table.js';

/** What has no place in the reference's files: manifest, facts and flags, a row a subject. */
const TABLE = 'subjects.arrow';

const stage = defineStage({
  name: 'write',
  version: 1,
  summary: 'Writes one row a subject: Arrow or Parquet files, or the .npy files of the reference.',
  config: writeConfig,
  lane: 'io',
  needs: tensorPorts,
  gives: {},
  ordered: true,
  footprint: () => ({ working: 2 * batchBytes }),
  open: openDataset,
});

async function openDataset(settings: WriteConfig, env: StageEnv) {
  const plan = planTable(settings, env);
  if (plan.files.length > 0) requireDistinctFiles(env.subjects.map(({ sid }) => sid));
  const dataset = await Dataset.open({
    directory: join(env.outDir, settings.to),
    plan,
    layout: settings.format === 'npy' ? singlePart(TABLE) : numberedParts(settings.format, settings.rows),
    workers: env.workers,
    subjects: env.subjects,
    notice: (message) => env.notice(message),
  });
  return {
    process: async (tensors: Record<string, Tensor>, task: Task) => {
      const types = tensorTypes(plan, tensors, dataset.tensorTypes);
      for (const name of plan.files) requireWhole(name, tensors[name]);
      await dataset.add(task.subject, tableRow(plan, tensors, task), types, tensors);
      return {};
    },
    done: () => Promise.resolve(dataset.done()),
    close: (ending: 'complete' | 'interrupted') => dataset.close(ending),
  };
}

type Input = z.input<typeof writeConfig>;
type Format = NonNullable<Input['format']>;
type Usual<F extends Format> = F extends 'npy' ? 'patches' | 'corners' | 'adjacency' : 'embedding';

/** The needs follow from `columns` and `format`, at compile time too. */
type Write = (<const F extends Format = 'arrow', const Name extends string = Usual<F>>(
  config?: Omit<Input, 'columns' | 'format'> & { readonly columns?: Name[]; readonly format?: F },
) => Stage<Record<Name, Tensor>, Record<never, never>, never>) &
  typeof stage;

export const write = stage as Write;
