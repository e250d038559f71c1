/** A transform that the manifest names, in place of registering. */
import { inputError } from '../../src/core/errors.js';
import type { FileColumn } from '../../src/core/file-column.js';
import type { GivenScore } from '../../src/imaging/registration/register-lungs.js';

export const transformColumn = (column: string): FileColumn => ({
  column,
  stage: 'register',
  option: 'transform',
  what: 'transform',
  otherwise: 'register the lungs',
});

/** An inverse fits when it reaches this Dice in both lungs: another subject's transform, inverted, stays below 0.5. */
const INVERSE_FITS = 0.7;
/** ... and is better than the transform itself by this. */
const INVERSE_LEAD = 0.1;

/** Whether the transform was probably stored the wrong way round. */
export function inverseFits({ diceRight, diceLeft, inverseDice }: GivenScore): boolean {
  const inverse = Math.min(inverseDice.right, inverseDice.left);
  return inverse >= INVERSE_FITS && inverse >= Math.min(diceRight, diceLeft) + INVERSE_LEAD;
}

/** Below this Dice in either lung there is nothing to be had from a transform; what is merely poor is flagged. */
const MISSES = 0.1;

/**
 * @throws LungflowError `transform-mirrors`, `transform-misfit`
 */
export function requireFit(score: GivenScore): void {
  if (score.scale < 0)
    throw inputError(
      'transform-mirrors',
      'The transform mirrors: it would carry the right lung onto the left.',
      'Give a transform between points in ITK’s coordinates (LPS, mm), and check the direction of the images it was made from.',
    );
  if (Math.min(score.diceRight, score.diceLeft) >= MISSES) return;
  if (inverseFits(score))
    throw inputError(
      'transform-misfit',
      'The transform carries the atlas past the lungs, and its inverse fits them: it is stored the wrong way round.',
      'Invert it: `antsApplyTransforms -d 3 -t FILE -r atlas.nii.gz -o Linear[inverse.mat,1]`; in antsRegistration, fixed = atlas, moving = subject.',
    );
  throw inputError(
    'transform-misfit',
    'The transform carries a lung of the atlas past its counterpart.',
    'Check that it is this subject’s, was made with this atlas, and maps atlas points to subject points (fixed = atlas, moving = subject).',
  );
}
