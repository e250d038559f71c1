/** `pipeline phantom`: a cohort of digital chest phantoms, with the truth beside each. */
import type { CommandModule } from 'yargs';
import { generatePhantoms, usageError } from '../../index.js';
import { plural } from '../words.js';

interface PhantomArguments {
  subjects: number;
  seed: number;
  spacing: number[];
  out: string;
}

export const phantomCommand: CommandModule<object, PhantomArguments> = {
  command: 'phantom',
  describe: 'make a cohort of digital chest phantoms: CT, true lungs and landmarks, atlas, manifest',
  builder: (yargs) =>
    yargs
      .option('subjects', { type: 'number', default: 6, describe: 'how many' })
      .option('seed', { type: 'number', default: 1, describe: 'the same seed makes the same cohort' })
      .option('spacing', {
        type: 'number',
        array: true,
        default: [2],
        describe: 'voxel edge in mm; two numbers: in the slice, and between slices',
      })
      .option('out', { type: 'string', demandOption: true, describe: 'directory of the cohort' }),
  async handler({ subjects, seed, spacing, out }) {
    if (spacing.length > 2)
      throw usageError(
        'phantom-spacing',
        '--spacing takes one or two numbers.',
        'Give --spacing 0.7 1, for instance.',
      );
    const [inPlane, between = inPlane] = spacing as [number, number?];
    let done = 0;
    const { manifest, atlas } = await generatePhantoms({
      subjects,
      seed,
      spacing: [inPlane, between],
      out,
      onSubject: ({ sid }) => process.stderr.write(`[${(done += 1)}/${subjects}] ${sid}\n`),
    });
    process.stdout.write(`${plural(subjects, 'phantom')}: ${manifest}\nTheir atlas: ${atlas}\n`);
  },
};
