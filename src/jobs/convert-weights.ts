/** The job of taking networks out of checkpoints: what `pipeline weights convert` does. */
import { existsSync } from 'node:fs';
import { LungflowError, usageError } from '../core/errors.js';
import { printable } from '../formats/printable.js';
import { writeSafetensors } from '../formats/safetensors.js';
import type { Parameters } from '../networks/architecture.js';
import { selectParameters } from '../networks/parameters.js';
import { recogniseNetworks } from '../networks/recognise.js';
import { withWeightsFile } from '../networks/weights-file.js';
import { writeDurably } from '../store/durable-file.js';

/** What may be told of the files that are converted. */
export interface ConvertOptions {
  /** A second file, for one result that holds both networks: the graph network's checkpoint. */
  readonly with?: string | undefined;
  /** What stands before the names of the network to take; without, one of the usual ones. */
  readonly prefix?: string | undefined;
}

/** A file of weights that was written. */
export interface ConvertedWeights {
  /** Titles of the networks in it. */
  readonly networks: readonly string[];
  readonly bytes: number;
}

/**
 * Writes the networks of a checkpoint, without the rest, as a safetensors file: as `encoder.` and `graph.`, with where they
 * come from.
 * @param path a `.pth.tar` checkpoint or a `.safetensors` file, told by its bytes
 * @param out refused where it is there already
 * @throws LungflowError `out-exists`, `out-unwritable`, `network-twice`; of kind `model`, what is wrong with a file
 */
export async function convertWeights(
  path: string,
  out: string,
  { with: second, prefix }: ConvertOptions = {},
): Promise<ConvertedWeights> {
  if (existsSync(out))
    throw usageError('out-exists', `${out} is there already.`, 'Name a file that is not there yet.');
  const networks = await networksOf(path, prefix);
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
  return { networks: networks.map(({ title }) => title), bytes: bytes.length };
}

interface NetworkInFile {
  readonly title: string;
  /** `encoder.`: what stands before its names in the result. */
  readonly name: string;
  readonly parameters: Parameters;
  readonly metadata: Readonly<Record<string, string>>;
}

const networksOf = (path: string, prefix: string | undefined): Promise<NetworkInFile[]> =>
  withWeightsFile(path, path, async (file) => {
    const recognised = recogniseNetworks(file.tensors, path, prefix);
    const noted = (key: string) => {
      const value = file.about.get(key);
      return value === undefined ? [] : [[key, printable(value)]];
    };
    const source = [['source_sha256', await file.sha256()], ...['epoch', 'arch'].flatMap(noted)] as const;
    const networks: NetworkInFile[] = [];
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

async function write(out: string, bytes: Uint8Array): Promise<void> {
  try {
    await writeDurably(out, bytes);
  } catch (thrown) {
    if (!(thrown instanceof LungflowError && thrown.code === 'output-lost')) throw thrown;
    throw usageError(
      'out-unwritable',
      `${out} cannot be written (${(thrown.cause as NodeJS.ErrnoException).code ?? ''}).`,
      'Name a file in a directory that is there and may be written to.',
    );
  }
}
