/** The job of making an atlas: landmarks laid over a lung mask by the reference's rule. What `pipeline build-atlas` does. */
import { existsSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { toLungflowError, usageError } from '../core/errors.js';
import { unusable } from '../core/unusable.js';
import { ATLAS_CORNERS_FILE, ATLAS_MASK_FILE, readAtlasMask, type AtlasMask } from '../formats/atlas.js';
import { PATCH_EDGE, type Atlas } from '../imaging/atlas/atlas.js';
import { atlasFigures, type AtlasFigures } from '../imaging/atlas/atlas-figures.js';
import { atlasWarnings } from '../imaging/atlas/atlas-warnings.js';
import { landmarkCorners, REFERENCE_RULE, type LandmarkRule } from '../imaging/atlas/landmark-corners.js';
import { makeOutputDirectory } from '../store/output-directory.js';
import { writeAtlas } from '../store/write-atlas.js';

/** An atlas that was written, and what to know before a cohort rests on it. */
export interface BuiltAtlas {
  readonly directory: string;
  readonly atlas: Atlas;
  readonly figures: AtlasFigures;
  /** Share of a patch that a landmark had to exceed in the end. */
  readonly inside: number;
  /** The mask's file was copied as it was; else written anew. */
  readonly copied: boolean;
  /** What may be wrong with it: whole sentences. */
  readonly warnings: readonly string[];
}

/**
 * Writes an atlas directory, as the option `atlas` of the stages names one: the mask, and landmarks laid over it.
 * @param mask a lung mask of 1 mm: 0, 50 = right, 100 = left (or 0, 1, 2)
 * @param directory made where it is not there; an atlas that stands in it is refused
 * @param rule where landmarks lie; the reference's without
 * @throws LungflowError of kind `usage`: `bad-stride`, `bad-inside`, `bad-fewer-than`, `atlas-exists`, `no-landmarks`,
 *   `mask-sides`, `mask-` and what reading a volume throws, `output-not-a-directory`
 */
export async function buildAtlas(
  mask: string,
  directory: string,
  rule: Partial<LandmarkRule> = {},
): Promise<BuiltAtlas> {
  const whole = { ...REFERENCE_RULE, ...rule };
  requireRule(whole);
  refuseOverwriting(directory);
  const read = await readMask(mask);
  const { atlas, inside } = layLandmarks(read, whole);
  const figures = atlasFigures(atlas);
  const copied = read.isCoded && (await isGzip(mask));
  await makeOutputDirectory(directory);
  await writeAtlas(directory, atlas, copied ? mask : undefined);
  const warnings = [...read.notes.map(asSentence), ...atlasWarnings(atlas, figures)];
  return { directory, atlas, figures, inside, copied, warnings };
}

/** Below, more corners would have to be looked at than anybody waits for. */
const LEAST_STRIDE = 8;

function requireRule({ stride, inside, fewerThan }: LandmarkRule): void {
  if (!(Number.isInteger(stride) && stride >= LEAST_STRIDE))
    throw usageError(
      'bad-stride',
      `\`stride\` is ${stride}, no whole number of at least ${LEAST_STRIDE}.`,
      `Give ${REFERENCE_RULE.stride}, for instance.`,
    );
  if (!(inside >= 0 && inside < 1))
    throw usageError(
      'bad-inside',
      `\`inside\` is ${inside}, no share from 0 to below 1.`,
      `Give ${REFERENCE_RULE.inside}, for instance.`,
    );
  if (!(Number.isInteger(fewerThan) && fewerThan > 1))
    throw usageError(
      'bad-fewer-than',
      `\`fewerThan\` is ${fewerThan}, no whole number of at least 2.`,
      `Give ${REFERENCE_RULE.fewerThan}, for instance.`,
    );
}

function refuseOverwriting(directory: string): void {
  const standing = [ATLAS_MASK_FILE, ATLAS_CORNERS_FILE].find((name) => existsSync(join(directory, name)));
  if (standing === undefined) return;
  throw usageError(
    'atlas-exists',
    `An atlas stands in ${directory} already: it holds ${standing}.`,
    'Name another directory, or delete that file.',
  );
}

/** Whoever calls named the mask: whatever is wrong with it is a mistake of the call. */
async function readMask(path: string): Promise<AtlasMask> {
  try {
    return await readAtlasMask(path);
  } catch (thrown) {
    const { kind, code, remedy } = toLungflowError(thrown);
    if (kind !== 'input' && kind !== 'pipeline-file') throw thrown;
    throw unusable(`The mask ${path}`, thrown, {
      kind: 'usage',
      code: code === 'atlas-mask' ? 'mask-sides' : `mask-${code}`,
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
        : 'Lower `inside`, raise `fewerThan`, or check the mask.',
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

const asSentence = (clause: string): string => `${clause.charAt(0).toUpperCase()}${clause.slice(1)}.`;
