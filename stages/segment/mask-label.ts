/** What a mask's labels are, each by itself: how large, and on which side of the body. */
import { inputError } from '../../src/core/errors.js';
import type { Geometry } from '../../src/imaging/space/geometry.js';

export interface MaskLabel {
  readonly value: number;
  readonly ml: number;
  /** Of it, on the patient's right of the middle. */
  readonly rightMl: number;
}

export type Side = 'right' | 'left' | 'both sides';

/** A label lies on a side that holds at least this share of it: lungs reach over the middle, and the middle is known to some centimetres. */
const SIDE_SHARE = 0.6;
/** Anatomical label maps have up to some hundred values; an image has thousands. */
const VALUES_MOST = 512;

export function sideOf({ ml, rightMl }: Omit<MaskLabel, 'value'>): Side {
  if (rightMl >= SIDE_SHARE * ml) return 'right';
  return ml - rightMl >= SIDE_SHARE * ml ? 'left' : 'both sides';
}

/**
 * Every value but 0, the largest label first.
 * @param middleX the patient's middle, LPS mm
 * @throws LungflowError `mask-labels` for an image
 */
export function maskLabels(
  voxels: ArrayLike<number>,
  { size, spacing, origin, direction }: Geometry,
  middleX: number,
): readonly MaskLabel[] {
  const [nx, ny, nz] = size;
  const [alongX, alongY, alongZ] = spacing.map((mm, axis) => mm * direction[axis]);
  const counts = new Map<number, { all: number; right: number }>();
  for (let k = 0, row = 0; k < nz; k++) {
    for (let j = 0; j < ny; j++, row += nx) {
      const toMiddle = middleX - origin[0] - alongY * j - alongZ * k;
      for (let i = 0; i < nx;) {
        const value = voxels[row + i];
        const from = i;
        do i++;
        while (i < nx && voxels[row + i] === value);
        if (value !== 0) add(value, i - from, onRight(toMiddle, from, i));
      }
    }
  }

  /** How many voxels [from, to) of a row lie on the right; the middle is so far to the left of the row's beginning, mm. */
  function onRight(toMiddle: number, from: number, to: number): number {
    if (alongX === 0) return toMiddle > 0 ? to - from : 0;
    const crossing = toMiddle / alongX;
    const turn = Math.min(Math.max(alongX < 0 ? Math.floor(crossing) + 1 : Math.ceil(crossing), from), to);
    return alongX < 0 ? to - turn : turn - from;
  }

  function add(value: number, all: number, right: number): void {
    const count = counts.get(value);
    if (count) {
      count.all += all;
      count.right += right;
      return;
    }
    if (counts.size === VALUES_MOST) {
      const what = `The lung mask holds more than ${VALUES_MOST} values: it is an image, not a mask.`;
      throw inputError('mask-labels', what, "Name the files of lung masks in the manifest's column.");
    }
    counts.set(value, { all, right });
  }

  const voxelMl = (spacing[0] * spacing[1] * spacing[2]) / 1000;
  return [...counts]
    .map(([value, { all, right }]) => ({ value, ml: all * voxelMl, rightMl: right * voxelMl }))
    .sort((a, b) => b.ml - a.ml || a.value - b.value);
}

const LISTED_MOST = 10;

/** "1 (right, 2310 ml), 2 (left, 1980 ml)"; of many, the largest. */
export function listLabels(labels: readonly MaskLabel[]): string {
  const rest = labels.slice(LISTED_MOST);
  const listed = labels
    .slice(0, LISTED_MOST)
    .map((label) => `${label.value} (${sideOf(label)}, ${inMl(label.ml)})`);
  return listed.join(', ') + (rest.length > 0 ? ` and ${rest.length} more (${inMl(volumeOf(rest))})` : '');
}

export const volumeOf = (labels: readonly MaskLabel[]): number => labels.reduce((sum, { ml }) => sum + ml, 0);

export const inMl = (ml: number): string => `${Number(ml.toPrecision(ml < 1000 ? 3 : 4))} ml`;
