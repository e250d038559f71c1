/** `pipeline weights convert FILE OUT`: the networks of a checkpoint alone, as safetensors. */
import type { CommandModule } from 'yargs';
import { asBytes, convertWeights } from '../../index.js';

interface ConvertArguments {
  file: string;
  out: string;
  with: string | undefined;
  prefix: string | undefined;
}

export const convertCommand: CommandModule<object, ConvertArguments> = {
  command: 'convert <file> <out>',
  describe: 'the networks of a checkpoint, without the rest, as a safetensors file',
  builder: (yargs) =>
    yargs
      .positional('file', {
        type: 'string',
        demandOption: true,
        describe: 'a .pth.tar checkpoint or a .safetensors file (told by its bytes)',
      })
      .positional('out', { type: 'string', demandOption: true, describe: 'the .safetensors file to write' })
      .option('with', {
        type: 'string',
        describe: "a second file, for one result that holds both networks (the graph network's checkpoint)",
      })
      .option('prefix', {
        type: 'string',
        describe: 'what stands before the names of the network to take (default: module.encoder_q.)',
      }),
  async handler({ file, out, with: second, prefix }) {
    const { networks, bytes } = await convertWeights(file, out, { with: second, prefix });
    process.stdout.write(`${out}: ${networks.join(' and ')}, ${asBytes(bytes)}\n`);
  },
};
