/** The work of `segment` on a worker thread. */
import type { Geometry } from '../../src/imaging/geometry.js';
import type { CtVolume } from '../../src/imaging/volume.js';
import { findLungs, type FoundLungs, type LungSearch } from './find-lungs.js';
import { measureLungs, type PairMeasures } from './measure-lungs.js';
import { readMask } from './read-mask.js';

export interface Segmented extends FoundLungs {
  readonly measures: PairMeasures;
}

export function segmentCt(voxels: CtVolume['voxels'], geometry: Geometry, search: LungSearch): Segmented {
  const ct = { voxels, geometry };
  const found = findLungs(ct, search);
  return { ...found, measures: measureLungs(ct, found.lungs) };
}

export async function segmentByMask(
  voxels: CtVolume['voxels'],
  geometry: Geometry,
  path: string,
): Promise<Omit<Segmented, 'airwayFound'>> {
  const lungs = await readMask(path, geometry);
  return { lungs, measures: measureLungs({ voxels, geometry }, lungs) };
}
