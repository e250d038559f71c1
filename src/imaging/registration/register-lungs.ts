/** Affine registration of the atlas's lungs to a subject's: reference section 3, by the recipe of reference section 9. */
import { inputError } from '../../core/errors.js';
import {
  affineAbout,
  affineNumbers,
  affineOf,
  composeAffine,
  gridToLps,
  invertAffine,
} from '../space/affine.js';
import { minimise, type Differentiable } from './bfgs.js';
import { lungDice, type Dice } from '../labels/dice.js';
import { applyAffine, determinant3, type AffineLps, type Geometry } from '../space/geometry.js';
import { halveFractions, lungFractions, type LungFractions } from '../labels/lung-fractions.js';
import { mapEigenvalues, multiply3, transform3, transpose3 } from '../space/matrix3.js';
import { lungMoments, momentsAffine, type Moments } from './moments.js';
import { binsOfBricks, fixedBin, mutualInformation, type FixedSamples } from './mutual-information.js';
import { sampleBricks } from './sample-bricks.js';
import { sampleField, smoothField, type SmoothField } from './smooth-field.js';
import { straightness } from '../space/straightness.js';
import type { LungLabels } from '../space/volume.js';

/** What the atlas brings to every registration: made once, shared by all threads. */
export interface AtlasTarget {
  /** At the fine level. */
  readonly lungs: LungFractions;
  readonly moments: Moments;
  /** LPS -> whitened space, where the lungs have mean 0 and covariance 1. */
  readonly whiten: AffineLps;
  /** Points in whitened space, coarse level first; the lungs are the right, then the left. */
  readonly samples: readonly FixedSamples[];
}

/** How well an affine brings the atlas's lungs onto a subject's. */
export interface AffineScore {
  /** Nats: of the right lung and of the left, added, over the whole atlas, smoothed at the 4 mm level. */
  readonly mutualInformation: number;
  readonly diceRight: number;
  readonly diceLeft: number;
  /** Cube root of the determinant: the subject's size relative to the atlas's; negative where the affine mirrors. */
  readonly scale: number;
  /** The same along the subject's x, y and z: how many times as far the mapped atlas goes, lengths of the matrix's rows. */
  readonly scaleXyz: readonly [number, number, number];
}

export interface Registration extends AffineScore {
  readonly atlasToSubject: AffineLps;
  readonly converged: boolean;
}

/** Of an affine that comes from elsewhere, perhaps from the wrong side. */
export interface GivenScore extends AffineScore {
  /** What Dice would be were the affine's inverse taken in its place. */
  readonly inverseDice: Dice;
}

export const FINE_MM = 4;

/** Samples lie one to a voxel of 8 mm, then one to two voxels of 4 mm. Steps: root mean square shift of the lungs, mm. */
const LEVELS = [
  { sampleMm: 8, firstStep: 2, tolerance: 0.1, maxEvaluations: 100 },
  { sampleMm: 5, firstStep: 0.5, tolerance: 0.02, maxEvaluations: 100 },
] as const;

/** Coarse first. */
const pyramid = (lungs: LungFractions) => [halveFractions(lungs), lungs].map(eachLung);

const eachLung = ({ right, left, geometry }: LungFractions): SmoothField[] =>
  [right, left].map((shares) => smoothField(shares, geometry));

/** @throws as `lungMoments`. */
export function atlasTarget(atlasLungs: LungLabels): AtlasTarget {
  const lungs = lungFractions(atlasLungs, FINE_MM);
  const moments = lungMoments(lungs);
  const inverseRoot = mapEigenvalues(moments.covariance, (variance) => 1 / Math.sqrt(variance));
  const whiten = affineAbout(inverseRoot, moments.mean, [0, 0, 0]);
  const samples = pyramid(lungs).map((fields, level) =>
    fixedSamples(fields, atlasLungs.geometry, whiten, LEVELS[level].sampleMm),
  );
  return { lungs, moments, whiten, samples };
}

/**
 * Maximises the mutual information of atlas and subject lungs, less the price of lying askew, from the affine that
 * matches their second moments, at 8 mm and then at 4 mm. It stops there: at finer levels the gain comes from pushing
 * the lungs out of view (reference section 9).
 * @throws `lung-missing`, `lungs-degenerate`: see `lungMoments`; `registration-failed` when the result mirrors or
 * collapses the lungs or leaves a lung without its counterpart.
 */
export function registerLungs(atlas: AtlasTarget, subjectLungs: LungLabels): Registration {
  const subject = lungFractions(subjectLungs, FINE_MM);
  const start = momentsAffine(atlas.moments, lungMoments(subject));
  requireCounterparts(lungDice(atlas.lungs, subject, start)); // lungs that do not meet at all exert no pull
  // From whitened atlas space to the subject: all twelve numbers are millimetres.
  let parameters: Float64Array = affineNumbers(composeAffine(start, invertAffine(atlas.whiten)));
  let curvature: Float64Array | undefined;
  let converged = true;
  const fields = pyramid(subject);
  fields.forEach((lungs, level) => {
    const objective = misfit(atlas, level, lungs);
    const found = minimise(objective, parameters, LEVELS[level], curvature);
    curvature = found.inverseHessian;
    parameters = found.point;
    converged &&= found.converged;
  });

  const atlasToSubject = composeAffine(affineOf(parameters), atlas.whiten);
  const score = scoreOf(atlas, subject, fields.at(-1)!, atlasToSubject);
  requireCounterparts(score.scale > 0 ? { right: score.diceRight, left: score.diceLeft } : NOWHERE);
  return { atlasToSubject, ...score, converged };
}

const NOWHERE: Dice = { right: 0, left: 0 };

function requireCounterparts({ right, left }: Dice): void {
  if (right > 0 && left > 0) return;
  throw inputError(
    'registration-failed',
    'The atlas could not be brought onto the lungs: the best affine found mirrors, collapses or misses a lung.',
    'Look at the lung mask: both lungs must be whole, and right and left must not be exchanged.',
  );
}

/**
 * Judges an affine that was found elsewhere by the same figures.
 * @throws `lung-missing`, `lungs-degenerate`: see `lungMoments`.
 */
export function scoreAffine(
  atlas: AtlasTarget,
  subjectLungs: LungLabels,
  atlasToSubject: AffineLps,
): GivenScore {
  const subject = lungFractions(subjectLungs, FINE_MM);
  lungMoments(subject); // the same lungs are refused as by registerLungs
  return {
    ...scoreOf(atlas, subject, eachLung(subject), atlasToSubject),
    inverseDice: lungDice(atlas.lungs, subject, invertAffine(atlasToSubject)),
  };
}

/** @param fine the subject's lungs smoothed at the fine level */
function scoreOf(
  atlas: AtlasTarget,
  subject: LungFractions,
  fine: readonly SmoothField[],
  atlasToSubject: AffineLps,
): AffineScore {
  const fromWhite = affineNumbers(composeAffine(atlasToSubject, invertAffine(atlas.whiten)));
  const dice = lungDice(atlas.lungs, subject, atlasToSubject);
  return {
    mutualInformation: information(atlas.samples.at(-1)!, fine)(fromWhite, new Float64Array(12)),
    diceRight: dice.right,
    diceLeft: dice.left,
    scale: Math.cbrt(determinant3(atlasToSubject.matrix)),
    scaleXyz: [rowLength(atlasToSubject, 0), rowLength(atlasToSubject, 1), rowLength(atlasToSubject, 2)],
  };
}

const rowLength = ({ matrix }: AffineLps, row: number): number =>
  Math.hypot(...matrix.slice(3 * row, 3 * row + 3));

/** What registration makes small: the want of information, and the price of lying askew. */
function misfit(
  { samples, whiten }: AtlasTarget,
  level: number,
  lungs: readonly SmoothField[],
): Differentiable {
  const inform = information(samples[level], lungs);
  const unwhiten = transpose3(whiten.matrix);
  return (parameters, gradient) => {
    const told = inform(parameters, gradient);
    const { penalty, gradient: slope } = straightness(multiply3(affineOf(parameters).matrix, whiten.matrix));
    for (let i = 0; i < gradient.length; i++) gradient[i] = -gradient[i];
    multiply3(slope, unwhiten).forEach((entry, i) => (gradient[i] += entry));
    return penalty - told;
  };
}

/**
 * Information of both lungs, added, as a function of an affine from whitened space to LPS. The reference codes the lungs
 * 50 and 100 in one image, where the border of the one lung takes on the values of the other.
 */
function information(samples: FixedSamples, lungs: readonly SmoothField[]): Differentiable {
  const evaluate = mutualInformation(samples, lungs);
  const parts = lungs.map((field, side) => {
    const toIndex = invertAffine(gridToLps(field.geometry));
    return { toIndex, back: transpose3(toIndex.matrix), evaluate: evaluate[side] };
  });
  const inIndex = new Float64Array(12);
  return (parameters, gradient) => {
    let sum = 0;
    gradient.fill(0);
    for (const { toIndex, back, evaluate } of parts) {
      sum += evaluate(affineNumbers(composeAffine(toIndex, affineOf(parameters))), inIndex);
      const { matrix, offset } = affineOf(inIndex);
      [...multiply3(back, matrix), ...transform3(back, offset)].forEach((slope, i) => (gradient[i] += slope));
    }
    return sum;
  };
}

/** Samples of the whole atlas, and what the fields of its lungs are there. */
function fixedSamples(
  fields: readonly SmoothField[],
  domain: Geometry,
  whiten: AffineLps,
  sampleMm: number,
): FixedSamples {
  const values = fields.map((): number[] => []);
  const toFields = fields.map((field) => invertAffine(gridToLps(field.geometry)));
  const here = new Float64Array(4);
  const bricks = sampleBricks(domain, sampleMm, whiten, (sample, pointLps) => {
    fields.forEach((field, lung) => {
      const [i, j, k] = applyAffine(toFields[lung], pointLps);
      sampleField(field, i, j, k, here);
      values[lung][sample] = fixedBin(here[0]);
    });
  });
  const lungs = values.map((own) => {
    const bins = new Uint8Array(new SharedArrayBuffer(own.length));
    bins.set(own);
    return { bins, brickBins: binsOfBricks(bins, bricks) };
  });
  return { bricks, lungs };
}
