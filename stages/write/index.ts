/** `write`: one row a subject, in the manifest's order, as a dataset directory of Arrow or Parquet files. */
import { join } from 'node:path';
import type { z } from 'zod';
import { defineStage, type Stage, type StageEnv, type Task } from '../../src/core/stage.js';
import type { Tensor } from '../../src/core/tensor.js';
import { arrowFile } from '../../src/formats/arrow/arrow-file.js';
import { batchBytes, type TableFormat } from '../../src/formats/arrow/column.js';
import { tensorPorts, type WriteConfig, writeConfig } from './config.js';
import { Dataset } from './dataset.js';
import { planTable, tableRow, tensorTypes } from './table.js';

const stage = defineStage({
  name: 'write',
  version: 1,
  summary: 'Writes one row a subject to a dataset directory of Arrow or Parquet files.',
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
  const dataset = await Dataset.open({
    directory: join(env.outDir, settings.to),
    plan,
    format: await tableFormat(settings),
    rowsPerPart: settings.rows,
    subjects: env.subjects,
    notice: (message) => env.notice(message),
  });
  return {
    process: async (tensors: Record<string, Tensor>, task: Task) => {
      const types = tensorTypes(plan, tensors, dataset.tensorTypes);
      await dataset.add(task.subject, tableRow(plan, tensors, task), types);
      return {};
    },
    done: () => Promise.resolve(dataset.done()),
    close: () => dataset.close(),
  };
}

/** Parquet's WebAssembly is loaded only by those who want it. */
async function tableFormat({ format }: WriteConfig): Promise<TableFormat> {
  return format === 'arrow'
    ? arrowFile
    : (await import('../../src/formats/arrow/parquet-file.js')).parquetFile;
}

/** The needs follow from `columns`, at compile time too. */
type Write = (<const Name extends string = 'embedding'>(
  config?: Omit<z.input<typeof writeConfig>, 'columns'> & { readonly columns?: Name[] },
) => Stage<Record<Name, Tensor>, Record<never, never>, never>) &
  typeof stage;

export const write = stage as Write;
