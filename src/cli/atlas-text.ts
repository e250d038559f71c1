/** A built atlas in a few lines. */
import { REFERENCE_MASK, sidesOf, type LungFigures } from '../imaging/index.js';
import type { BuiltAtlas } from '../index.js';
import { plural } from './words.js';

export function atlasText({ directory, atlas, figures, inside, copied }: BuiltAtlas): string {
  const { size, spacing } = atlas.lungs.geometry;
  const lung = ({ voxels, litres }: LungFigures) => `${plural(voxels, 'voxel')}, ${litres.toFixed(2)} l`;
  const lines: readonly (readonly [name: string, text: string])[] = [
    ['landmarks', `${atlas.count}, each with more than ${percent(inside)} of its patch inside the lungs`],
    ['edges', `${figures.edges} between landmarks, in a subject of the atlas's own size`],
    ['right lung', lung(figures.right)],
    ['left lung', lung(figures.left)],
    [
      'grid',
      `${size.join(' x ')} voxels of ${spacing.map((mm) => Number(mm.toFixed(4))).join(' x ')} mm, axes towards ${figures.axes.join(', ')}`,
    ],
    ['mask', copied ? 'copied as it was' : `written anew: 0, ${sidesOf(REFERENCE_MASK)}`],
  ];
  return [`Atlas: ${directory}`, ...lines.map(([name, text]) => `  ${name.padEnd(10)}  ${text}`)].join('\n');
}

const percent = (share: number): string => `${Number((100 * share).toFixed(2))} %`;
