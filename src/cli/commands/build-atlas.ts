/** `pipeline build-atlas MASK OUT`: landmarks laid over a lung mask by the reference's rule. */
import colors from 'picocolors';
import type { CommandModule } from 'yargs';
import { PATCH_EDGE, REFERENCE_MASK, REFERENCE_RULE, sidesOf } from '../../imaging/index.js';
import { buildAtlas } from '../../index.js';
import { atlasText } from '../atlas-text.js';

interface BuildAtlasArguments {
  mask: string;
  out: string;
  stride: number;
  inside: number;
  'fewer-than': number;
}

export const buildAtlasCommand: CommandModule<object, BuildAtlasArguments> = {
  command: 'build-atlas <mask> <out>',
  describe: 'make an atlas directory from a lung mask: the mask, and landmarks laid over it',
  builder: (yargs) =>
    yargs
      .positional('mask', {
        type: 'string',
        demandOption: true,
        describe: `lung mask, NIfTI: 0, ${sidesOf(REFERENCE_MASK)} (or 0, 1, 2); voxels of 1 mm`,
      })
      .positional('out', { type: 'string', demandOption: true, describe: 'directory of the atlas' })
      .option('stride', {
        type: 'number',
        default: REFERENCE_RULE.stride,
        describe: `voxels between neighbouring landmarks; a patch has ${PATCH_EDGE}`,
      })
      .option('inside', {
        type: 'number',
        default: REFERENCE_RULE.inside,
        describe: 'a landmark is kept when more than this share of its patch is lung',
      })
      .option('fewer-than', {
        type: 'number',
        default: REFERENCE_RULE.fewerThan,
        describe: 'the share grows by 0.1 until there are fewer landmarks',
      }),
  async handler({ mask, out, stride, inside, 'fewer-than': fewerThan }) {
    const built = await buildAtlas(mask, out, { stride, inside, fewerThan });
    process.stdout.write(`${atlasText(built)}\n`);
    for (const warning of built.warnings) process.stderr.write(`${colors.yellow('!')} ${warning}\n`);
  },
};
