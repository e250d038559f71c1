/** `pipeline describe FILE`: the stages as a picture in text. */
import type { CommandModule } from 'yargs';
import { planPicture } from '../plan-picture.js';
import { loadPipeline, pipelineArguments, type PipelineArguments } from './pipeline-arguments.js';

export const describeCommand: CommandModule<object, PipelineArguments> = {
  command: 'describe <file>',
  describe: 'draw the stages of a pipeline with what flows between them',
  builder: (yargs) => pipelineArguments(yargs),
  async handler(args) {
    const loaded = await loadPipeline(args, { draft: true });
    for (const notice of loaded.start?.cohort.notices ?? []) process.stdout.write(`${notice}\n\n`);
    process.stdout.write(`${planPicture(loaded)}\n`);
  },
};
