/** What a pair of lungs looks like; what does not is told, never hidden. */
import type { Geometry } from '../../src/imaging/space/geometry.js';
import type { PairMeasures } from '../../src/imaging/segmentation/measure-lungs.js';

const LITRES = { least: 0.5, most: 6 };
/** Volume of the right lung over that of the left. */
const RATIO = { least: 0.5, most: 2.5 };
/** Per cent of a lung's border that may lie where the scan ends: a tip of the base, less than a millilitre. */
const CUT_PERCENT = 0.3;

/** One line for each doubt, in a fixed order; empty for a plausible pair. */
export function doubts({ right, left }: PairMeasures): string[] {
  const found: string[] = [];
  for (const [name, { ml }] of [
    ['right', right],
    ['left', left],
  ] as const) {
    const litres = ml / 1000;
    if (litres >= LITRES.least && litres <= LITRES.most) continue;
    found.push(`the ${name} lung holds ${litres.toFixed(2)} litres, not ${LITRES.least} to ${LITRES.most}`);
  }
  const ratio = right.ml / left.ml;
  if (ratio < RATIO.least || ratio > RATIO.most) {
    found.push(
      `the right lung is ${ratio.toFixed(2)} times as large as the left, not ${RATIO.least} to ${RATIO.most}`,
    );
  }
  if (right.centreLps[0] >= left.centreLps[0]) {
    found.push("the right lung lies on the patient's left: the labels or the scan's orientation are swapped");
  }
  for (const [name, { cut }] of [
    ['right', right],
    ['left', left],
  ] as const) {
    for (const [where, percent] of [
      ["at the scan's lower end", cut.lower],
      ["at the scan's upper end", cut.upper],
      ['at the side, by the edge of the field of view', cut.sides],
    ] as const) {
      if (percent < CUT_PERCENT) continue;
      found.push(
        `the ${name} lung is cut off ${where}: ${percent.toFixed(1)} % of its border lies on the cut`,
      );
    }
  }
  return found;
}

/** Thicker slices blur fissures, vessels and the lungs' base into one, and patches are interpolated from few of them. */
const MOST_SPACING_MM = 5;

export function spacingDoubts({ spacing }: Geometry): string[] {
  const widest = Math.max(...spacing);
  return widest > MOST_SPACING_MM + 1e-3
    ? [
        `voxels lie ${widest.toFixed(1)} mm apart, more than ${MOST_SPACING_MM}: the scan is too coarse for patches of 1 mm`,
      ]
    : [];
}
