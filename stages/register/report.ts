/** What the figures of a registration say: facts, and flags where they look wrong. */
import type { Task } from '../../src/core/stage.js';
import type { AffineScore, GivenScore, Registration } from '../../src/imaging/registration/register-lungs.js';
import { inverseFits } from './given-transform.js';
import { turnedDoubt, type TryTurned } from './turned.js';

/** Good masks of whole lungs reach 0.85 to 0.95. */
const LEAST_DICE = 0.8;
/** Lungs of adults, at any breath, lie well within. */
const PLAUSIBLE_SCALE = [0.6, 1.4] as const;
/**
 * Along one axis over the geometric mean of the other two. Sound scans: 0.84 to 1.1; a full breath out takes the lungs'
 * height down to 0.8 of that. Slices 2.5 mm apart labelled 1.0: 0.44 at most.
 */
const PLAUSIBLE_STRETCH = [0.6, 1.6] as const;
/** Of what fits worse the affine says nothing, Dice. */
const TELLING_DICE = 0.6;
const SIZES = ['wide from left to right', 'deep from front to back', 'long from head to feet'] as const;

/** @param tryTurned asked only where the atlas fits poorly */
export async function reportFound(found: Registration, tryTurned: TryTurned, task: Task): Promise<void> {
  report(found, task);
  const turned = isPoor(found) ? await turnedDoubt(tryTurned) : undefined;
  if (turned) task.flag(turned);
  else flagStretch(found, task);
  if (!found.converged) task.flag('the registration stopped before it converged');
}

export function reportGiven(score: GivenScore, task: Task): void {
  report(score, task);
  flagStretch(score, task);
  if (inverseFits(score))
    task.flag(
      'the inverse of the given transform fits far better: it is probably stored the wrong way round',
    );
}

function report(score: AffineScore, task: Task): void {
  task.fact('mutual_information', score.mutualInformation);
  task.fact('dice_right', score.diceRight);
  task.fact('dice_left', score.diceLeft);
  task.fact('affine_scale', score.scale);
  const [x, y, z] = score.scaleXyz;
  task.fact('affine_scale_x', x);
  task.fact('affine_scale_y', y);
  task.fact('affine_scale_z', z);
  for (const [side, dice] of [
    ['right', score.diceRight],
    ['left', score.diceLeft],
  ] as const)
    if (dice < LEAST_DICE) task.flag(`the ${side} lung fits the atlas poorly: Dice ${dice.toFixed(2)}`);
  const [least, most] = PLAUSIBLE_SCALE;
  if (score.scale < least || score.scale > most)
    task.flag(`the lungs are ${score.scale.toFixed(2)} times the size of the atlas's`);
}

const isPoor = ({ diceRight, diceLeft }: AffineScore): boolean => Math.min(diceRight, diceLeft) < LEAST_DICE;

/** A wrong spacing along one axis changes all three figures, its own the most. */
function flagStretch({ scaleXyz, diceRight, diceLeft }: AffineScore, task: Task): void {
  if (Math.min(diceRight, diceLeft) < TELLING_DICE) return;
  const product = scaleXyz.reduce((all, scale) => all * scale);
  const stretches = scaleXyz.map((scale) => scale / Math.sqrt(product / scale));
  const most = stretches.reduce((a, b) => (Math.abs(Math.log(b)) > Math.abs(Math.log(a)) ? b : a));
  const [least, greatest] = PLAUSIBLE_STRETCH;
  if (most >= least && most <= greatest) return;
  const size = SIZES[stretches.indexOf(most)];
  task.flag(
    `the lungs are ${most.toFixed(2)} times as ${size} as their other two sizes tell: check the voxel spacing`,
  );
}
