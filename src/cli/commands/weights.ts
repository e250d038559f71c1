/** `pipeline weights`: looks into files of weights, and converts checkpoints to safetensors. */
import type { CommandModule } from 'yargs';
import { convertCommand } from './weights-convert.js';
import { inspectCommand } from './weights-inspect.js';

export const weightsCommand: CommandModule = {
  command: 'weights',
  describe: 'look into a checkpoint or safetensors file, or convert one to safetensors',
  builder: (yargs) =>
    yargs
      .command(inspectCommand)
      .command(convertCommand)
      .demandCommand(1, 'Say what to do: `pipeline weights inspect FILE`, or `convert FILE OUT`.'),
  handler: () => undefined,
};
