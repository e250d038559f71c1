/** `pipeline validate FILE`: everything that can be known without a scan. */
import type { CommandModule } from 'yargs';
import { rehearse } from '../../jobs/rehearse.js';
import { loadPipeline, pipelineArguments, type PipelineArguments } from './pipeline-arguments.js';

export const validateCommand: CommandModule<object, PipelineArguments> = {
  command: 'validate <file>',
  describe: 'check a pipeline file, and that its atlas, weights and engine are there; read no scan',
  builder: (yargs) => pipelineArguments(yargs),
  async handler(args) {
    const loaded = await loadPipeline(args);
    const { subjects, notices } = loaded.start?.cohort ?? { subjects: [], notices: [] };
    for (const notice of notices) process.stdout.write(`${notice}\n`);
    await rehearse(loaded, subjects, (notice) => process.stdout.write(`${notice}\n`));
    process.stdout.write(
      `${args.file} is right: ${loaded.stages.map(({ stage }) => stage.name).join(' → ')}\n`,
    );
  },
};
