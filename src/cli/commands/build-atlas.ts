/** `pipeline build-atlas MASK OUT`: landmarks laid over a lung mask by the reference's rule. */
import { existsSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import colors from 'picocolors';
import type { CommandModule } from 'yargs';
import { toLungflowError, usageError } from '../../core/errors.js';
import { unusable } from '../../core/unusable.js';
import { ATLAS_CORNERS_FILE, ATLAS_MASK_FILE, readAtlasMask, type AtlasMask } from '../../formats/atlas.js';
import { makeOutputDirectory } from '../../store/output-directory.js';
import { writeAtlas } from '../../store/write-atlas.js';
import { REFERENCE_MASK, sidesOf } from '../../imaging/labels/label-schemes.js';
import { PATCH_EDGE, type Atlas } from '../../imaging/atlas/atlas.js';
import { atlasFigures } from '../../imaging/atlas/atlas-figures.js';
import { landmarkCorners, REFERENCE_RULE, type LandmarkRule } from '../../imaging/atlas/landmark-corners.js';
import { atlasText, atlasWarnings } from '../atlas-text.js';

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
    const rule = { stride, inside, fewerThan };
    requireRule(rule);
    refuseOverwriting(out);
    const read = await readMask(mask);
    const { atlas, inside: reached } = layLandmarks(read, rule);
    const figures = atlasFigures(atlas);
    const copied = read.isCoded && (await isGzip(mask));
    await makeOutputDirectory(out);
    await writeAtlas(out, atlas, copied ? mask : undefined);
    process.stdout.write(`${atlasText({ out, atlas, figures, reached, copied })}\n`);
    const notes = read.notes.map((note) => `${note.charAt(0).toUpperCase()}${note.slice(1)}.`);
    for (const warning of [...notes, ...atlasWarnings(atlas, figures)])
      process.stderr.write(`${colors.yellow('!')} ${warning}\n`);
  },
};

/** Below, more corners would have to be looked at than anybody waits for. */
const LEAST_STRIDE = 8;

function requireRule({ stride, inside, fewerThan }: LandmarkRule): void {
  if (!(Number.isInteger(stride) && stride >= LEAST_STRIDE))
    throw usageError(
      'bad-stride',
      `--stride ${stride} is no whole number of at least ${LEAST_STRIDE}.`,
      `Give --stride ${REFERENCE_RULE.stride}, for instance.`,
    );
  if (!(inside >= 0 && inside < 1))
    throw usageError(
      'bad-inside',
      `--inside ${inside} is no share from 0 to below 1.`,
      `Give --inside ${REFERENCE_RULE.inside}, for instance.`,
    );
  if (!(Number.isInteger(fewerThan) && fewerThan > 1))
    throw usageError(
      'bad-fewer-than',
      `--fewer-than ${fewerThan} is no whole number of at least 2.`,
      `Give --fewer-than ${REFERENCE_RULE.fewerThan}, for instance.`,
    );
}

function refuseOverwriting(out: string): void {
  const standing = [ATLAS_MASK_FILE, ATLAS_CORNERS_FILE].find((name) => existsSync(join(out, name)));
  if (standing === undefined) return;
  throw usageError(
    'atlas-exists',
    `An atlas stands in ${out} already: it holds ${standing}.`,
    'Name another directory, or delete that file.',
  );
}

/** The command line named the mask: whatever is wrong with it is a mistake there. */
async function readMask(path: string): Promise<AtlasMask> {
  try {
    return await readAtlasMask(path);
  } catch (thrown) {
    const { kind, code, remedy } = toLungflowError(thrown);
    if (kind !== 'input' && kind !== 'pipeline-file') throw thrown;
    throw unusable(`The mask ${path}`, thrown, {
      kind: 'usage',
      code: code === 'atlas-mask' ? 'mask-labels' : `mask-${code}`,
      remedy: code === 'file-missing' ? 'Check its path.' : remedy,
    });
  }
}

function layLandmarks({ lungs }: AtlasMask, rule: LandmarkRule): { atlas: Atlas; inside: number } {
  const { cornersXyz, inside } = landmarkCorners(lungs, rule);
  const count = cornersXyz.length / 3;
  if (count === 0) {
    const small = lungs.geometry.size.some((n) => n <= PATCH_EDGE);
    throw usageError(
      'no-landmarks',
      small
        ? `A grid of ${lungs.geometry.size.join(' x ')} voxels has no room for a patch of ${PATCH_EDGE}.`
        : `No patch is more than ${Math.round(100 * inside)} % lung.`,
      small
        ? 'Resample the mask to voxels of 1 mm, with air around the lungs.'
        : 'Lower --inside, raise --fewer-than, or check the mask.',
    );
  }
  return { atlas: { lungs, cornersXyz, count }, inside };
}

async function isGzip(path: string): Promise<boolean> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(2), 0, 2, 0);
    return bytesRead === 2 && buffer.readUInt16BE() === 0x1f8b;
  } finally {
    await file.close();
  }
}
