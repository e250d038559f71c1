/** `pipeline stages [NAME]`: what each stage needs, gives, finds out, and its options. */
import colors from 'picocolors';
import type { CommandModule } from 'yargs';
import { stageTypes } from '../../../stages/index.js';
import { describeStage, stageNamed } from '../../index.js';
import { renderStage } from '../plan/render-stage.js';

export const stagesCommand: CommandModule<object, { name: string | undefined }> = {
  command: 'stages [name]',
  describe: 'list the stages, or show one whole: ports, facts, options',
  builder: (yargs) => yargs.positional('name', { type: 'string', describe: 'a stage' }),
  async handler({ name }) {
    await Promise.resolve(); // yargs ends the process with 1 when a handler throws at once
    if (name === undefined) {
      const width = Math.max(...stageTypes.map(({ stageName }) => stageName.length));
      for (const { stageName, spec } of stageTypes)
        process.stdout.write(`${stageName.padEnd(width)}  ${spec.summary}\n`);
      return;
    }
    const description = describeStage(stageNamed(name, stageTypes));
    process.stdout.write(`${renderStage(description, { color: colors.isColorSupported })}\n`);
  },
};
