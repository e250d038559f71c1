/** What may be wrong with an atlas, in whole sentences, before a cohort rests on it. */
import type { Atlas } from './atlas.js';
import type { AtlasFigures } from './atlas-figures.js';

/** Lungs of adults at full breath have 2 to 4 litres each. */
const LEAST_LITRES = 0.5;
const SPACING_WITHIN_MM = 0.01;
const OBLIQUE_WITHIN_DEGREES = 2;
/** A scan's usual axes; and those of the COPDGene atlas, on which the published weights were trained. */
const USUAL_AXES = ['left, posterior, superior', 'left, anterior, superior'];

/** @returns none where all is as usual */
export function atlasWarnings(atlas: Atlas, figures: AtlasFigures): string[] {
  const { spacing } = atlas.lungs.geometry;
  const warnings: string[] = [];
  for (const side of ['right', 'left'] as const)
    if (figures[side].litres < LEAST_LITRES)
      warnings.push(`The ${side} lung has only ${figures[side].litres.toFixed(3)} litres: is it whole?`);
  if (figures.sidesSwapped)
    warnings.push(
      'The right lung lies to the left of the left lung: the labels are swapped, or the orientation is wrong.',
    );
  if (figures.facesReached.length > 0)
    warnings.push(
      `The lungs reach the border of the grid (${figures.facesReached.join(', ')}): they may be cut off, and no patch can lie across a border.`,
    );
  if (spacing.some((mm) => Math.abs(mm - 1) > SPACING_WITHIN_MM))
    warnings.push(
      'The voxels are not of 1 mm, as patches are: landmarks lie closer or farther apart than patches are wide. Resample the mask to 1 mm, by nearest neighbour.',
    );
  if (figures.edges === 0 && atlas.count > 1)
    warnings.push('No two landmarks are joined: graph features will not know neighbours.');
  const axes = figures.axes.join(', ');
  if (figures.obliqueDegrees > OBLIQUE_WITHIN_DEGREES)
    warnings.push(
      `The grid is oblique by ${figures.obliqueDegrees.toFixed(0)} degrees: patches are cut along each scan's own axes, and lie turned against it.`,
    );
  else if (!USUAL_AXES.includes(axes))
    warnings.push(
      `The grid's axes run towards ${axes}: patches extend from their landmark along each scan's own axes, most often left, posterior, superior, and lie up to a patch beside the atlas's. Reorient the mask to those.`,
    );
  return warnings;
}
