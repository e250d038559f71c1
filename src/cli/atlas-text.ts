/** An atlas in a few lines, and what may be wrong with it. */
import type { Atlas } from '../imaging/atlas/atlas.js';
import type { AtlasFigures, LungFigures } from '../imaging/atlas/atlas-figures.js';
import { REFERENCE_MASK, sidesOf } from '../imaging/labels/label-schemes.js';
import { plural } from './words.js';

interface BuiltAtlas {
  readonly out: string;
  readonly atlas: Atlas;
  readonly figures: AtlasFigures;
  /** Share of a patch that a landmark had to exceed in the end. */
  readonly reached: number;
  readonly copied: boolean;
}

export function atlasText({ out, atlas, figures, reached, copied }: BuiltAtlas): string {
  const { size, spacing } = atlas.lungs.geometry;
  const lung = ({ voxels, litres }: LungFigures) => `${plural(voxels, 'voxel')}, ${litres.toFixed(2)} l`;
  const lines: readonly (readonly [name: string, text: string])[] = [
    ['landmarks', `${atlas.count}, each with more than ${percent(reached)} of its patch inside the lungs`],
    ['edges', `${figures.edges} between landmarks, in a subject of the atlas's own size`],
    ['right lung', lung(figures.right)],
    ['left lung', lung(figures.left)],
    [
      'grid',
      `${size.join(' x ')} voxels of ${spacing.map((mm) => Number(mm.toFixed(4))).join(' x ')} mm, axes towards ${figures.axes.join(', ')}`,
    ],
    ['mask', copied ? 'copied as it was' : `written anew: 0, ${sidesOf(REFERENCE_MASK)}`],
  ];
  return [`Atlas: ${out}`, ...lines.map(([name, text]) => `  ${name.padEnd(10)}  ${text}`)].join('\n');
}

const percent = (share: number): string => `${Number((100 * share).toFixed(2))} %`;

/** Lungs of adults at full breath have 2 to 4 litres each. */
const LEAST_LITRES = 0.5;
const SPACING_WITHIN_MM = 0.01;
const OBLIQUE_WITHIN_DEGREES = 2;
/** A scan's usual axes; and those of the COPDGene atlas, on which the published weights were trained. */
const USUAL_AXES = ['left, posterior, superior', 'left, anterior, superior'];

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
