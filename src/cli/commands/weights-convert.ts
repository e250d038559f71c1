/** `pipeline weights convert FILE OUT`: the networks of a checkpoint alone, as safetensors. */
import { existsSync } from 'node:fs';
import type { CommandModule } from 'yargs';
import { asBytes } from '../../core/byte-size.js';
import { LungflowError, usageError } from '../../core/errors.js';
import type { Parameters } from '../../networks/architecture.js';
import { recogniseNetworks } from '../../networks/recognise.js';
import { selectParameters } from '../../networks/parameters.js';
import { withWeightsFile } from '../../networks/weights-file.js';
import { writeDurably } from '../../store/durable-file.js';
import { printable } from '../../formats/printable.js';
import { writeSafetensors } from '../../formats/safetensors.js';

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
    refuseToOverwrite(out);
    const networks = await networksOf(file, prefix);
    for (const network of second === undefined ? [] : await networksOf(second, prefix)) {
      if (networks.some(({ title }) => title === network.title))
        throw usageError(
          'network-twice',
          `Both files hold the ${network.title}.`,
          'Give one file for each network.',
        );
      networks.push(network);
    }
    const bytes = writeSafetensors(
      networks.flatMap(({ name, parameters }) =>
        Object.entries(parameters).map(([key, tensor]) => [name + key, tensor] as const),
      ),
      Object.assign({ format: 'pt' }, ...networks.map(({ metadata }) => metadata)) as Record<string, string>,
    );
    await write(out, bytes);
    process.stdout.write(
      `${out}: ${networks.map(({ title }) => title).join(' and ')}, ${asBytes(bytes.length)}\n`,
    );
  },
};

interface ConvertedNetwork {
  readonly title: string;
  /** `encoder.`: what stands before its names in the result. */
  readonly name: string;
  readonly parameters: Parameters;
  readonly metadata: Readonly<Record<string, string>>;
}

const networksOf = (path: string, prefix: string | undefined): Promise<ConvertedNetwork[]> =>
  withWeightsFile(path, path, async (file) => {
    const recognised = recogniseNetworks(file.tensors, path, prefix);
    const noted = (key: string) => {
      const value = file.about.get(key);
      return value === undefined ? [] : [[key, printable(value)]];
    };
    const source = [['source_sha256', await file.sha256()], ...['epoch', 'arch'].flatMap(noted)] as const;
    const networks: ConvertedNetwork[] = [];
    for (const { architecture } of recognised) {
      const name = architecture.prefixes.at(-1)!;
      networks.push({
        title: architecture.title,
        name,
        parameters: await selectParameters(file, architecture, path, prefix),
        metadata: Object.fromEntries(source.map(([key, value]) => [name + key, value])),
      });
    }
    return networks;
  });

function refuseToOverwrite(out: string): void {
  if (existsSync(out))
    throw usageError('out-exists', `${out} is there already.`, 'Name a file that is not there yet.');
}

async function write(out: string, bytes: Uint8Array): Promise<void> {
  try {
    await writeDurably(out, bytes);
  } catch (thrown) {
    const { code } = thrown as NodeJS.ErrnoException;
    if (
      thrown instanceof LungflowError ||
      !['ENOENT', 'ENOTDIR', 'EACCES', 'EPERM', 'EROFS'].includes(code ?? '')
    )
      throw thrown;
    throw usageError(
      'out-unwritable',
      `${out} cannot be written (${code ?? ''}).`,
      'Name a file in a directory that is there and may be written to.',
    );
  }
}
