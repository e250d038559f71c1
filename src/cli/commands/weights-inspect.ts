/** `pipeline weights inspect FILE`: what a file of weights holds; no number is read. */
import type { CommandModule } from 'yargs';
import { asBytes } from '../../core/byte-size.js';
import { LungflowError } from '../../core/errors.js';
import { elementCount } from '../../core/tensor.js';
import { recogniseNetworks, type Recognised } from '../../networks/recognise.js';
import { withWeightsFile } from '../../networks/weights-file.js';
import { dtypes } from '../../formats/dtype.js';
import { printable } from '../../formats/printable.js';
import type { TensorEntry, TensorFile } from '../../formats/tensor-file.js';
import { textTable } from '../text-table.js';
import { plural } from '../words.js';

export const inspectCommand: CommandModule<object, { file: string }> = {
  command: 'inspect <file>',
  describe: 'what a file of weights is, the networks in it, its tensors, and what is passed over',
  builder: (yargs) =>
    yargs.positional('file', {
      type: 'string',
      demandOption: true,
      describe: 'a .pth.tar checkpoint or a .safetensors file (told by its bytes)',
    }),
  async handler({ file }) {
    const text = await withWeightsFile(file, file, async (weights) => {
      const networks = networksOf(weights, file);
      return [
        `${file}: ${weights.format}`,
        `sha256 ${await weights.sha256()}`,
        ...[...weights.about].map(([name, value]) => `${printable(name)} ${printable(value)}`),
        ...networks.lines,
        '',
        textTable(['tensor', 'type', 'shape', 'size', 'used by'], rowsOf(weights, networks.users)),
        '',
        ...passedOver(weights, networks.users),
      ].join('\n');
    });
    process.stdout.write(`${text}\n`);
  },
};

/** What uses each tensor, by the file's names; or why nothing does. */
function networksOf(
  { tensors }: TensorFile,
  file: string,
): { lines: string[]; users: ReadonlyMap<string, string> } {
  let recognised: readonly Recognised[];
  try {
    recognised = recogniseNetworks(tensors, file);
  } catch (thrown) {
    if (thrown instanceof LungflowError) return { lines: [thrown.what], users: new Map() };
    throw thrown;
  }
  return {
    lines: recognised.map(({ architecture, fit }) => `network ${architecture.title} (${fit.prefix}*)`),
    users: new Map(
      recognised.flatMap(({ architecture, fit }) =>
        [...fit.found.values()].map(({ stored }) => [stored, architecture.title] as const),
      ),
    ),
  };
}

const bytesOf = ({ dtype, shape }: TensorEntry): number => dtypes[dtype].bytes * elementCount(shape);

const rowsOf = ({ tensors }: TensorFile, users: ReadonlyMap<string, string>): string[][] =>
  [...tensors].map(([name, tensor]) => [
    printable(name),
    tensor.dtype,
    tensor.shape.join(' x '),
    asBytes(bytesOf(tensor)),
    users.get(name) ?? '',
  ]);

/** `module.encoder_k.*`: what is not used, by the first two parts of its name. */
function passedOver({ tensors, beside }: TensorFile, users: ReadonlyMap<string, string>): string[] {
  const groups = new Map<string, { tensors: number; bytes: number }>();
  for (const [name, tensor] of tensors) {
    if (users.has(name)) continue;
    const parts = name.split('.');
    const group = parts.length > 2 ? `${parts[0]}.${parts[1]}.*` : name;
    const { tensors: count, bytes } = groups.get(group) ?? { tensors: 0, bytes: 0 };
    groups.set(group, { tensors: count + 1, bytes: bytes + bytesOf(tensor) });
  }
  for (const { name, ...amount } of beside) groups.set(name, amount);
  const lines = [...groups].map(
    ([name, { tensors: count, bytes }]) =>
      `  ${printable(name)}: ${plural(count, 'tensor')}, ${asBytes(bytes)}`,
  );
  return lines.length === 0 ? ['Every tensor is used.'] : ['Passed over, never held in memory:', ...lines];
}
