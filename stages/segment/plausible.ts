/** What a pair of lungs looks like; what does not is told, never hidden. */
import type { PairMeasures } from './measure-lungs.js';

const LITRES = { least: 0.5, most: 6 };
/** Volume of the right lung over that of the left. */
const RATIO = { least: 0.5, most: 2.5 };
/** A lung that meets an edge of the scan with more than this share of its typical cross-section (volume^2/3) is cut off. */
const CUT_OFF = 0.1;

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
  for (const [name, { ml, edgeCm2 }] of [
    ['right', right],
    ['left', left],
  ] as const) {
    const most = CUT_OFF * ml ** (2 / 3);
    if (edgeCm2.lower > most) found.push(`the ${name} lung is cut off at the scan's lower end`);
    if (edgeCm2.upper > most) found.push(`the ${name} lung is cut off at the scan's upper end`);
    if (edgeCm2.sides > most) found.push(`the ${name} lung is cut off at the scan's side`);
  }
  return found;
}
