/** Right and left lung of a scan, and what they measure: the search as one call. */
import type { CtVolume, LungLabels } from '../space/volume.js';
import { coarsen } from './coarse-ct.js';
import { findLungs, type LungSearch } from './find-lungs.js';
import { measureLungs, type PairMeasures } from './measure-lungs.js';

export const USUAL_SEARCH: LungSearch = { airBelowHu: -400, closingMm: 8 };

/** The lungs of a CT, with what tells whether to trust them. */
export interface SegmentedLungs {
  readonly lungs: LungLabels;
  readonly measures: PairMeasures;
  /** Whether an airway was found and taken out. */
  readonly airwayFound: boolean;
}

/** @throws LungflowError `ct-constant`, `no-lungs`, `lung-missing` */
export function segmentLungs(ct: CtVolume, search: Partial<LungSearch> = {}): SegmentedLungs {
  const { airBelowHu, closingMm } = { ...USUAL_SEARCH, ...search };
  const coarsened = coarsen(ct, airBelowHu);
  const { lungs, extents, airwayFound } = findLungs(ct, coarsened, closingMm);
  return { lungs, measures: measureLungs(ct, lungs, extents, coarsened.field), airwayFound };
}
