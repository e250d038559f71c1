/** When tissue inside the rib cage is told to be dense lung. */
import { missingPercent, type DenseLung } from '../../src/imaging/segmentation/dense-lung.js';

/**
 * Share of a lung's expected volume, per cent. Sound lungs reach 1.8 (20 phantoms, two scans), 3 when a scan is turned by
 * 20 degrees, squeezed or scaled to a child's. The estimate is a lower bound: of 10 % at the back or under fluid it
 * tells 6.7 and more, of 15 % 10 and more (`npm run dense-lung`). Collapse of a few mm at a sound lung's back stays below.
 */
const LEAST_PERCENT = 6;
/** Sound bases differ by up to 35 mm at the dome, not at their lowest ends, too; a patient turned by 20 degrees, 65 at the dome alone, mm. */
const MOST_BASE_MM = 40;

/** One line for each doubt. */
export function denseDoubts(dense: DenseLung): string[] {
  const found: string[] = [];
  for (const side of ['right', 'left'] as const) {
    const percent = missingPercent(dense[side]);
    if (percent < LEAST_PERCENT) continue;
    found.push(
      `dense lung likely: at least ${percent.toFixed(0)} % of the expected volume of the ${side} lung is missing (consolidation, effusion or collapse)`,
    );
  }
  const higher = dense.rightBaseHigherMm;
  if (Math.abs(higher) > MOST_BASE_MM) {
    const [raised, other] = higher > 0 ? ['right', 'left'] : ['left', 'right'];
    found.push(
      `the base of the ${raised} lung lies ${Math.abs(higher).toFixed(0)} mm above that of the ${other}: dense lung there, or a raised diaphragm`,
    );
  }
  return found;
}
