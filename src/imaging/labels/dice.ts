/** Overlap of the mapped atlas with the subject. */
import { composeAffine, gridToLps, invertAffine } from '../space/affine.js';
import { determinant3, type AffineLps } from '../space/geometry.js';
import type { LungFractions } from './lung-fractions.js';

/** Dice coefficients, 0 to 1, of each lung. */
export interface Dice {
  readonly right: number;
  readonly left: number;
}

/**
 * Dice coefficients of the atlas's lungs, mapped into the subject, and the subject's lungs, at the resolution of the
 * two grids: a block belongs to a lung when at least half of it does. Lung outside the atlas's field of view counts.
 */
export function lungDice(atlas: LungFractions, subject: LungFractions, affine: AffineLps): Dice {
  const toIndex = composeAffine(
    invertAffine(gridToLps(subject.geometry)),
    composeAffine(affine, gridToLps(atlas.geometry)),
  );
  const { matrix, offset } = toIndex;
  const [nx, ny, nz] = atlas.geometry.size;
  const [mx, my, mz] = subject.geometry.size;
  const both = { right: 0, left: 0 };
  const mapped = { right: 0, left: 0 };
  for (let z = 0, at = 0; z < nz; z++)
    for (let y = 0; y < ny; y++)
      for (let x = 0; x < nx; x++, at++) {
        const side = atlas.right[at] >= 0.5 ? 'right' : atlas.left[at] >= 0.5 ? 'left' : undefined;
        if (!side) continue;
        mapped[side]++;
        const i = Math.round(matrix[0] * x + matrix[1] * y + matrix[2] * z + offset[0]);
        const j = Math.round(matrix[3] * x + matrix[4] * y + matrix[5] * z + offset[1]);
        const k = Math.round(matrix[6] * x + matrix[7] * y + matrix[8] * z + offset[2]);
        const inside = i >= 0 && j >= 0 && k >= 0 && i < mx && j < my && k < mz;
        if (inside && subject[side][i + mx * (j + my * k)] >= 0.5) both[side]++;
      }
  // An atlas block's volume in units of the subject's.
  const volume = Math.abs(determinant3(matrix));
  const dice = (side: 'right' | 'left') => {
    const own = subject[side].reduce((count, share) => count + (share >= 0.5 ? 1 : 0), 0);
    return (2 * volume * both[side]) / (volume * mapped[side] + own) || 0;
  };
  return { right: dice('right'), left: dice('left') };
}
