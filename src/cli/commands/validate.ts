/** `pipeline validate FILE`: everything that can be known without a scan. */
import type { CommandModule } from 'yargs';
import { rehearse, type Manifest } from '../../index.js';
import { inFlags } from '../flags.js';
import { loadPipeline, pipelineArguments, type PipelineArguments } from './pipeline-arguments.js';

/** A pipeline file may be right before there is a cohort. */
const NO_SUBJECTS: Manifest = { subjects: [], unavailable: new Map(), notices: [] };

export const validateCommand: CommandModule<object, PipelineArguments> = {
  command: 'validate <file>',
  describe: 'check a pipeline file, and that its atlas, weights and engine are there; read no scan',
  builder: (yargs) => pipelineArguments(yargs),
  async handler(args) {
    const loaded = await loadPipeline(args);
    const cohort = loaded.start?.cohort ?? NO_SUBJECTS;
    for await (const { message } of rehearse(loaded, { cohort }))
      process.stdout.write(`${inFlags(message)}\n`);
    process.stdout.write(
      `${args.file} is right: ${loaded.stages.map(({ stage }) => stage.name).join(' → ')}\n`,
    );
  },
};
