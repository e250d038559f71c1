/** `write`: one row a subject, in the manifest's order, as a directory of Arrow or Parquet files, or of the reference's. */
import { join } from 'node:path';
import type { z } from 'zod';
import { columnsRead } from '../../src/core/file-column.js';
import { defineStage, type Stage, type StageEnv, type Task } from '../../src/core/stage.js';
import type { Tensor } from '../../src/core/tensor.js';
import { batchBytes } from '../../src/formats/arrow/column.js';
import { DatasetWriter } from '../../src/store/dataset/dataset-writer.js';
import { tensorPorts, type WriteConfig, writeConfig } from './config.js';
import { planTable } from './plan-table.js';

const stage = defineStage({
  name: 'write',
  version: 1,
  summary: 'Writes one row a subject: Arrow or Parquet files, or the .npy files of the reference.',
  config: writeConfig,
  lane: 'io',
  needs: tensorPorts,
  gives: {},
  writesTo: ({ to }) => [to],
  ordered: true,
  footprint: () => ({ working: 2 * batchBytes }),
  open: openDataset,
});

async function openDataset(settings: WriteConfig, env: StageEnv) {
  const { format, rows, to } = settings;
  const dataset = await DatasetWriter.open({
    directory: join(env.outDir, to),
    plan: planTable(settings, env),
    format,
    rows,
    workers: env.workers,
    subjects: env.subjects,
    columns: columnsRead(env),
    notice: (message) => env.notice(message),
  });
  return {
    process: async (tensors: Record<string, Tensor>, { subject, facts, flags }: Task) => {
      await dataset.add({ subject, tensors, facts, flags });
      return {};
    },
    done: () => Promise.resolve(dataset.done()),
    flagged: () => dataset.flagged(),
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
