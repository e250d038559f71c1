/** What every command that reads a pipeline file takes, and how it is loaded. */
import type { Argv } from 'yargs';
import { stageTypes } from '../../../stages/index.js';
import { AUTO_RULE, ENGINE_CHOICES, loadPipelineFile, type LoadedPipeline } from '../../index.js';

export interface PipelineArguments {
  file: string;
  set: string[];
  input: string | undefined;
  engine: string | undefined;
}

export const pipelineArguments = <T>(yargs: Argv<T>) =>
  yargs
    .positional('file', { type: 'string', demandOption: true, describe: 'pipeline file (YAML)' })
    .option('set', {
      type: 'string',
      array: true,
      nargs: 1, // `--set a=1 extract.yaml`: one value each, never the next word
      default: [] as string[],
      describe: 'a parameter (atlas=../atlas) or an option of a stage (write.format=parquet)',
    })
    .option('input', {
      type: 'string',
      describe:
        "the cohort: CSV with sid,image, BIDS participants.tsv, or a directory of patches (else the file's)",
    })
    .option('engine', {
      type: 'string',
      describe: `where the networks run: ${ENGINE_CHOICES.join(', ')}; ${AUTO_RULE} (default); \`pipeline doctor\` tries them`,
    });

export const loadPipeline = (
  { file, set, input, engine }: PipelineArguments,
  { draft = false } = {},
): Promise<LoadedPipeline> =>
  loadPipelineFile(file, {
    stageTypes,
    set,
    input,
    draft,
    overrides: engine === undefined ? {} : { engine },
  });
