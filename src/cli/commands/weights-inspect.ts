/** `pipeline weights inspect FILE`: what a file of weights holds; no number is read. */
import type { CommandModule } from 'yargs';
import { asBytes, inspectWeights, type WeightsContents } from '../../index.js';
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
    process.stdout.write(`${contentsText(file, await inspectWeights(file))}\n`);
  },
};

const contentsText = (file: string, contents: WeightsContents): string =>
  [
    `${file}: ${contents.format}`,
    `sha256 ${contents.sha256}`,
    ...contents.about.map(([name, value]) => `${name} ${value}`),
    ...contents.networks.map(({ title, prefix }) => `network ${title} (${prefix}*)`),
    ...(contents.lacks === undefined ? [] : [contents.lacks]),
    '',
    textTable(
      ['tensor', 'type', 'shape', 'size', 'used by'],
      contents.tensors.map(({ name, dtype, shape, bytes, usedBy = '' }) => [
        name,
        dtype,
        shape.join(' x '),
        asBytes(bytes),
        usedBy,
      ]),
    ),
    '',
    ...passedOverLines(contents),
  ].join('\n');

function passedOverLines({ passedOver }: WeightsContents): string[] {
  if (passedOver.length === 0) return ['Every tensor is used.'];
  const lines = passedOver.map(
    ({ name, tensors, bytes }) => `  ${name}: ${plural(tensors, 'tensor')}, ${asBytes(bytes)}`,
  );
  return ['Passed over, never held in memory:', ...lines];
}
