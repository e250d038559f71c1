/** Whether the atlas fits a subject's lungs better the other way round: what a header that lies looks like to registration. */
import { lungDice } from '../labels/dice.js';
import type { Matrix3, PointLps } from '../space/geometry.js';
import { halveFractions, lungFractions, type LungFractions } from '../labels/lung-fractions.js';
import { lungMoments, momentsAffine, type Moments } from './moments.js';
import { TURNS, type Turn } from '../orientation/turn.js';
import { FINE_MM, type AtlasTarget } from './register-lungs.js';
import type { LungLabels } from '../space/volume.js';

export interface TurnedFit {
  readonly turn: Turn;
  /** Dice of both lungs as one, moments matched: of the atlas turned so, and as it is. */
  readonly dice: number;
  readonly diceAsStored: number;
  /** Whether the atlas tells left from right: it hardly does where its lungs are each other's mirror image. */
  readonly sidesTold: boolean;
}

/**
 * A turned atlas that fits no better than this is no better. Upright scans fit worse turned: by 0.05 and more upside down
 * or front to back or with axes swapped; mirrored left-right, the atlas fits them by up to 0.02 better.
 */
const LEAD = 0.04;
/** Fits this near to each other are alike; then the simpler turn is taken. */
const ALIKE = 0.03;

/** @throws as `lungMoments` */
export const turnedFit = (atlas: AtlasLungs, subject: LungLabels): TurnedFit | undefined =>
  bestTurn(atlas, lungFractions(subject, FINE_MM));

type AtlasLungs = Pick<AtlasTarget, 'lungs' | 'moments'>;

/**
 * Tries all 48 ways, quickly: at 8 mm, the second moments matched, no search.
 * @returns undefined when the atlas as it is fits about as well as any
 */
export function bestTurn(atlas: AtlasLungs, subject: LungFractions): TurnedFit | undefined {
  const moments = lungMoments(subject);
  const [atlasBoth, subjectBoth] = [atlas.lungs, subject].map(halveFractions).map(bothAsOne);
  const fits = TURNS.map((turn) => {
    const affine = momentsAffine(turnedMoments(atlas.moments, turn), moments);
    return { turn, dice: lungDice(turnedLungs(atlasBoth, turn), subjectBoth, affine).right };
  });
  const diceAsStored = fits[0].dice;
  const most = Math.max(...fits.map(({ dice }) => dice));
  const best = fits.find(({ dice }) => dice >= most - ALIKE && dice >= diceAsStored + LEAD);
  if (!best) return undefined;
  const mirrored = fits.find(({ turn }) => isMirrorOf(turn, best.turn))!;
  return { ...best, diceAsStored, sidesTold: Math.abs(best.dice - mirrored.dice) > ALIKE };
}

/** The same but for the patient's left and right. */
const isMirrorOf = (a: Turn, b: Turn): boolean =>
  a.order.every((axis, header) => axis === b.order[header]) &&
  a.flips.every((flip, header) => (flip === b.flips[header]) === (a.order[header] !== 0));

/** On a scan that is stored wrong, lungs may have been parted wrong, too. */
function bothAsOne({ right, left, geometry }: LungFractions): LungFractions {
  const both = new Float32Array(new SharedArrayBuffer(right.byteLength));
  for (let i = 0; i < both.length; i++) both[i] = right[i] + left[i];
  return { right: both, left: new Float32Array(new SharedArrayBuffer(right.byteLength)), geometry };
}

/** Where the patient's axes `turn.order` are taken for the header's. */
function turnedPoint(point: readonly number[], { order, flips }: Turn): PointLps {
  const along = (axis: 0 | 1 | 2) => (flips[axis] ? -1 : 1) * point[order[axis]];
  return [along(0), along(1), along(2)];
}

function turnedMoments({ mean, covariance }: Moments, turn: Turn): Moments {
  const rows = [0, 1, 2].map((row) => turnedPoint(covariance.slice(3 * row, 3 * row + 3), turn));
  const turned = [0, 1, 2].map((column) => turnedPoint(rows.map((row) => row[column]), turn)); // prettier-ignore
  return { mean: turnedPoint(mean, turn), covariance: turned.flat() as unknown as Matrix3 };
}

function turnedLungs({ right, left, geometry }: LungFractions, turn: Turn): LungFractions {
  const { direction, origin } = geometry;
  const columns = [0, 1, 2].map((axis) => turnedPoint([0, 1, 2].map((row) => direction[3 * row + axis]), turn)); // prettier-ignore
  const turned = [0, 1, 2].flatMap((row) => columns.map((column) => column[row])) as unknown as Matrix3;
  return { right, left, geometry: { ...geometry, origin: turnedPoint(origin, turn), direction: turned } };
}
