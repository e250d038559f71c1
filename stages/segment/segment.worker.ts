/** The work of `segment` on a worker thread. */
import type { Geometry } from '../../src/imaging/geometry.js';
import { rowExtents } from '../../src/imaging/row-extents.js';
import type { CtVolume, LungLabels } from '../../src/imaging/volume.js';
import { findLungs, type LungSearch } from './find-lungs.js';
import { measureLungs, type PairMeasures } from './measure-lungs.js';
import type { GivenLabels } from './read-labels.js';
import { readMask } from './read-mask.js';

export interface Segmented {
  readonly lungs: LungLabels;
  readonly measures: PairMeasures;
}

export function segmentCt(
  voxels: CtVolume['voxels'],
  geometry: Geometry,
  search: LungSearch,
): Segmented & { readonly airwayFound: boolean } {
  const ct = { voxels, geometry };
  const { lungs, extents, airwayFound } = findLungs(ct, search);
  return { lungs, airwayFound, measures: measureLungs(ct, lungs, extents) };
}

export async function segmentByMask(
  voxels: CtVolume['voxels'],
  geometry: Geometry,
  path: string,
  given?: GivenLabels,
): Promise<Segmented & { readonly notes: readonly string[] }> {
  const ct = { voxels, geometry };
  const { lungs, notes } = await readMask(path, ct, given);
  const extents = rowExtents(lungs.voxels, geometry.size[0]);
  return { lungs, notes, measures: measureLungs(ct, lungs, extents) };
}
