/** What a scan's values look like; lungs that are no lungs in Hounsfield units are refused, what drifts is told. */
import { inputError } from '../../src/core/errors.js';
import type { Intensities } from '../../src/imaging/segmentation/intensities.js';

/** Mean of both lungs, HU: beyond `usual` doubtful (inflated emphysema is -920, expiration -600), beyond `possible` no lung in HU. */
const LUNGS_HU = { usual: [-950, -500], possible: [-1000, -200] } as const;
/** Air is -1000 HU by definition, muscle and blood about 55; scanners keep both within a few HU, contrast lifts the latter. */
const AIR = { hu: -1000, within: 40 };
const SOFT_TISSUE = { hu: 55, within: 40 };
/** More noise than this carries normal lung (-870 HU) below -950 HU, 5 % of it and more: emphysema is overstated. */
const MOST_NOISE_HU = 50;

/** @throws LungflowError `lungs-not-hounsfield` */
export function requireHounsfield(lungsMeanHu: number): void {
  const [least, most] = LUNGS_HU.possible;
  if (lungsMeanHu >= least && lungsMeanHu <= most) return;
  const cause =
    lungsMeanHu < least
      ? 'an intercept of -1024 was probably applied twice'
      : lungsMeanHu > 0
        ? 'the values were probably not rescaled (HU + 1024), or the mask lies on tissue'
        : 'the mask lies on tissue, or the values are shifted';
  throw inputError(
    'lungs-not-hounsfield',
    `The lungs' mean is ${lungsMeanHu.toFixed(0)} HU, which no lung has: ${cause}.`,
    'Convert the scan again from DICOM with its rescale slope and intercept, and check that the mask is of this scan.',
  );
}

/** One line for each doubt. */
export function intensityDoubts(
  lungsMeanHu: number,
  { airHu, noiseHu, softTissueHu }: Intensities,
): string[] {
  const found: string[] = [];
  const [least, most] = LUNGS_HU.usual;
  if (lungsMeanHu < least)
    found.push(`the lungs' mean is ${lungsMeanHu.toFixed(0)} HU: the values are probably shifted down`);
  if (lungsMeanHu > most)
    found.push(
      `the lungs' mean is ${lungsMeanHu.toFixed(0)} HU: dense lungs, a mask that holds tissue, or values that are shifted up`,
    );
  if (airHu !== undefined && Math.abs(airHu - AIR.hu) > AIR.within)
    found.push(`air measures ${airHu.toFixed(0)} HU, not -1000: the values are shifted or scaled`);
  if (softTissueHu !== undefined && Math.abs(softTissueHu - SOFT_TISSUE.hu) > SOFT_TISSUE.within)
    found.push(
      `soft tissue measures ${softTissueHu.toFixed(0)} HU, not 0 to 100: the values are shifted, or contrast was given`,
    );
  if (noiseHu !== undefined && noiseHu > MOST_NOISE_HU)
    found.push(
      `the noise is ${noiseHu.toFixed(0)} HU in air: emphysema_percent counts noise, and patches hold it`,
    );
  return found;
}
