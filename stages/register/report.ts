/** What the figures of a registration say: facts, and flags where they look wrong. */
import type { Task } from '../../src/core/stage.js';
import type { AffineScore, GivenScore, Registration } from '../../src/imaging/register-lungs.js';
import { inverseFits } from './given-transform.js';

/** Good masks of whole lungs reach 0.85 to 0.95. */
const LEAST_DICE = 0.8;
/** Lungs of adults, at any breath, lie well within. */
const PLAUSIBLE_SCALE = [0.6, 1.4] as const;

export function reportFound(found: Registration, task: Task): void {
  report(found, task);
  if (!found.converged) task.flag('the registration stopped before it converged');
}

export function reportGiven(score: GivenScore, task: Task): void {
  report(score, task);
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
  for (const [side, dice] of [
    ['right', score.diceRight],
    ['left', score.diceLeft],
  ] as const)
    if (dice < LEAST_DICE) task.flag(`the ${side} lung fits the atlas poorly: Dice ${dice.toFixed(2)}`);
  const [least, most] = PLAUSIBLE_SCALE;
  if (score.scale < least || score.scale > most)
    task.flag(`the lungs are ${score.scale.toFixed(2)} times the size of the atlas's`);
}
