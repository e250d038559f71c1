/** `pipeline describe FILE`: the stages as a picture in text. */
import colors from 'picocolors';
import type { CommandModule } from 'yargs';
import { describePipeline } from '../../config/render-plan.js';
import { TYPICAL_SCAN } from '../typical-scan.js';
import { loadPipeline, pipelineArguments, type PipelineArguments } from './pipeline-arguments.js';

export const describeCommand: CommandModule<object, PipelineArguments> = {
  command: 'describe <file>',
  describe: 'draw the stages of a pipeline with what flows between them',
  builder: (yargs) => pipelineArguments(yargs),
  async handler(args) {
    process.stdout.write(
      `${describePipeline(await loadPipeline(args), { ...TYPICAL_SCAN, color: colors.isColorSupported })}\n`,
    );
  },
};
