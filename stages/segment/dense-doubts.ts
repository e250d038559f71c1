/** When tissue inside the rib cage is told to be dense lung. */
import { missingPercent, type DenseLung } from './dense-lung.js';

/**
 * Share of a lung's expected volume, per cent. Sound lungs, 20 phantoms and two scans, reach 1.8; with 15 % of a lung
 * dense at the back or under fluid the estimate, a lower bound, is 8 and more (`npm run dense-lung`).
 */
const LEAST_PERCENT = 6;
/** The right half of the diaphragm stands 15 mm above the left, give or take this, mm. */
const BASES = { rightHigherMm: 15, within: 50 };

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
  if (Math.abs(higher - BASES.rightHigherMm) > BASES.within) {
    const [raised, other] = higher > 0 ? ['right', 'left'] : ['left', 'right'];
    found.push(
      `the base of the ${raised} lung lies ${Math.abs(higher).toFixed(0)} mm above that of the ${other}: dense lung there, or a raised diaphragm`,
    );
  }
  return found;
}
