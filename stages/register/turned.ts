/** Names the cause where the atlas fits poorly or not at all because the scan lies otherwise than its header says. */
import { LungflowError, toLungflowError } from '../../src/core/errors.js';
import { causeOf } from '../../src/imaging/orientation/turn.js';
import type { Registration } from '../../src/imaging/registration/register-lungs.js';
import type { TurnedFit } from '../../src/imaging/registration/turned-atlas.js';

/** What tries the turned atlases: they take time, so only where something is suspicious. */
export type TryTurned = () => Promise<TurnedFit | undefined>;

function said({ turn, dice, diceAsStored, sidesTold }: TurnedFit): string {
  const fits = `the atlas turned likewise fits better, Dice ${dice.toFixed(2)}, not ${diceAsStored.toFixed(2)}`;
  return `this scan ${causeOf(turn, sidesTold)}: ${fits}${sidesTold ? '' : ', mirrored left-right or not'}`;
}

/** @returns a flag, or undefined when no turned atlas fits better */
export async function turnedDoubt(tryTurned: TryTurned): Promise<string | undefined> {
  const fit = await tryTurned();
  return fit && said(fit);
}

/** The registration; when it fails, the remedy names what the scan's header may have wrong. */
export async function explained(
  register: Promise<Registration>,
  tryTurned: TryTurned,
): Promise<Registration> {
  try {
    return await register;
  } catch (thrown) {
    const error = toLungflowError(thrown);
    if (error.code !== 'registration-failed') throw thrown;
    const fit = await tryTurned();
    if (!fit) throw thrown;
    const remedy = `Check the header and how the scan was converted: ${said(fit)}.`;
    throw new LungflowError({ ...error.toFields(), remedy }, { cause: thrown });
  }
}
