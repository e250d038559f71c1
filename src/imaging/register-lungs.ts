/** Affine registration of the atlas's lungs to a subject's: spec section 3, by the recipe of section 9. */
import { inputError } from '../core/errors.js';
import { affineAbout, affineNumbers, affineOf, composeAffine, gridToLps, invertAffine } from './affine.js';
import { minimise, type Differentiable } from './bfgs.js';
import { lungDice } from './dice.js';
import { applyAffine, determinant3, indexToPoint, type AffineLps, type Geometry } from './geometry.js';
import { halveFractions, lungFractions, type LungFractions } from './lung-fractions.js';
import { mapEigenvalues, multiply3, transform3, transpose3 } from './matrix3.js';
import { lungMoments, momentsAffine, type Moments } from './moments.js';
import { fixedBin, mutualInformation, type FixedSamples } from './mutual-information.js';
import { sampleField, smoothField, type SmoothField } from './smooth-field.js';
import type { LungLabels } from './volume.js';

/** What the atlas brings to every registration: made once, shared by all threads. */
export interface AtlasTarget {
  /** At the fine level. */
  readonly lungs: LungFractions;
  readonly moments: Moments;
  /** LPS -> whitened space, where the lungs have mean 0 and covariance 1. */
  readonly whiten: AffineLps;
  /** Points in whitened space, coarse level first. */
  readonly samples: readonly FixedSamples[];
}

/** How well an affine brings the atlas's lungs onto a subject's. */
export interface AffineScore {
  /** Nats, over the whole atlas domain, of the images smoothed at the 4 mm level. */
  readonly mutualInformation: number;
  readonly diceRight: number;
  readonly diceLeft: number;
  /** Cube root of the determinant: the subject's size relative to the atlas's; negative where the affine mirrors. */
  readonly scale: number;
}

export interface Registration extends AffineScore {
  readonly atlasToSubject: AffineLps;
  readonly converged: boolean;
}

/** Of an affine that comes from elsewhere, perhaps from the wrong side. */
export interface GivenScore extends AffineScore {
  /** What Dice would be were the affine's inverse taken in its place. */
  readonly inverseDice: { readonly right: number; readonly left: number };
}

const FINE_MM = 4;

/** Samples lie one to a voxel of 8 mm, then one to two voxels of 4 mm. Steps: root mean square shift of the lungs, mm. */
const LEVELS = [
  { sampleMm: 8, firstStep: 2, tolerance: 0.1, maxEvaluations: 100 },
  { sampleMm: 5, firstStep: 0.5, tolerance: 0.02, maxEvaluations: 100 },
] as const;

/** Coarse first. */
const pyramid = (lungs: LungFractions): SmoothField[] => [halveFractions(lungs), lungs].map(smoothField);

/** @throws as `lungMoments`. */
export function atlasTarget(atlasLungs: LungLabels): AtlasTarget {
  const lungs = lungFractions(atlasLungs, FINE_MM);
  const moments = lungMoments(lungs);
  const inverseRoot = mapEigenvalues(moments.covariance, (variance) => 1 / Math.sqrt(variance));
  const whiten = affineAbout(inverseRoot, moments.mean, [0, 0, 0]);
  const samples = pyramid(lungs).map((field, level) =>
    fixedSamples(field, atlasLungs.geometry, whiten, LEVELS[level].sampleMm),
  );
  return { lungs, moments, whiten, samples };
}

/**
 * Maximises the mutual information of atlas and subject, from the affine that matches their second moments, at 8 mm and
 * then at 4 mm. It stops there: at finer levels the gain comes from pushing the lungs out of view (spec section 9).
 * @throws `lung-missing`, `lungs-degenerate`: see `lungMoments`; `registration-failed` when the result mirrors or
 * collapses the lungs or leaves a lung without its counterpart.
 */
export function registerLungs(atlas: AtlasTarget, subjectLungs: LungLabels): Registration {
  const subject = lungFractions(subjectLungs, FINE_MM);
  const start = momentsAffine(atlas.moments, lungMoments(subject));
  // From whitened atlas space to the subject: all twelve numbers are millimetres.
  let parameters: Float64Array = affineNumbers(composeAffine(start, invertAffine(atlas.whiten)));
  let curvature: Float64Array | undefined;
  let converged = true;
  const fields = pyramid(subject);
  fields.forEach((field, level) => {
    const objective = negativeInformation(atlas.samples[level], field);
    const found = minimise(objective, parameters, LEVELS[level], curvature);
    curvature = found.inverseHessian;
    parameters = found.point;
    converged &&= found.converged;
  });

  const atlasToSubject = composeAffine(affineOf(parameters), atlas.whiten);
  const score = scoreOf(atlas, subject, fields.at(-1)!, atlasToSubject);
  if (!(score.scale > 0 && score.diceRight > 0 && score.diceLeft > 0))
    throw inputError(
      'registration-failed',
      'The atlas could not be brought onto the lungs: the best affine found mirrors, collapses or misses a lung.',
      'Look at the lung mask: both lungs must be whole, and right and left must not be exchanged.',
    );
  return { atlasToSubject, ...score, converged };
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
    ...scoreOf(atlas, subject, smoothField(subject), atlasToSubject),
    inverseDice: lungDice(atlas.lungs, subject, invertAffine(atlasToSubject)),
  };
}

/** @param fine the subject smoothed at the fine level */
function scoreOf(
  atlas: AtlasTarget,
  subject: LungFractions,
  fine: SmoothField,
  atlasToSubject: AffineLps,
): AffineScore {
  const fromWhite = composeAffine(atlasToSubject, invertAffine(atlas.whiten));
  const toIndex = composeAffine(invertAffine(gridToLps(fine.geometry)), fromWhite);
  const information = mutualInformation(atlas.samples.at(-1)!, fine);
  const dice = lungDice(atlas.lungs, subject, atlasToSubject);
  return {
    mutualInformation: information(affineNumbers(toIndex), new Float64Array(12)),
    diceRight: dice.right,
    diceLeft: dice.left,
    scale: Math.cbrt(determinant3(atlasToSubject.matrix)),
  };
}

/** The objective as a function of an affine that ends in LPS rather than in the field's index. */
function negativeInformation(samples: FixedSamples, field: SmoothField): Differentiable {
  const evaluate = mutualInformation(samples, field);
  const toIndex = invertAffine(gridToLps(field.geometry));
  const back = transpose3(toIndex.matrix);
  const inIndex = new Float64Array(12);
  return (parameters, gradient) => {
    const value = evaluate(affineNumbers(composeAffine(toIndex, affineOf(parameters))), inIndex);
    const { matrix, offset } = affineOf(inIndex);
    gradient.set([...multiply3(back, matrix), ...transform3(back, offset)].map((slope) => -slope));
    return -value;
  };
}

/** Points on a regular lattice over the whole atlas, each moved at random within its cell, always the same way. */
function fixedSamples(
  field: SmoothField,
  domain: Geometry,
  whiten: AffineLps,
  sampleMm: number,
): FixedSamples {
  const [nx, ny, nz] = domain.size.map((n, axis) =>
    Math.max(1, Math.round((n * domain.spacing[axis]) / sampleMm)),
  );
  const count = nx * ny * nz;
  const points = new Float32Array(new SharedArrayBuffer(12 * count));
  const bins = new Uint8Array(new SharedArrayBuffer(count));
  const toField = invertAffine(gridToLps(field.geometry));
  const random = mulberry32(1);
  const here = new Float64Array(4);
  for (let z = 0, s = 0; z < nz; z++)
    for (let y = 0; y < ny; y++)
      for (let x = 0; x < nx; x++, s++) {
        const point = indexToPoint(domain, [
          ((x + random()) / nx) * domain.size[0] - 0.5,
          ((y + random()) / ny) * domain.size[1] - 0.5,
          ((z + random()) / nz) * domain.size[2] - 0.5,
        ]);
        const [i, j, k] = applyAffine(toField, point);
        sampleField(field, i, j, k, here);
        points.set(applyAffine(whiten, point), 3 * s);
        bins[s] = fixedBin(here[0]);
      }
  return { points, bins };
}

/** Uniform in [0, 1): Tommy Ettinger's Mulberry32. */
function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
