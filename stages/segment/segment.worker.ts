/** The work of `segment` on a worker thread. */
import type { Geometry } from '../../src/imaging/geometry.js';
import { judgeOrientation, orientationDoubt } from '../../src/imaging/orientation/judge-orientation.js';
import { sampleBlocks } from '../../src/imaging/orientation/sample-blocks.js';
import { rowExtents } from '../../src/imaging/row-extents.js';
import type { CtVolume, LungLabels } from '../../src/imaging/volume.js';
import { findLungs, type LungSearch } from './find-lungs.js';
import { measureLungs, type PairMeasures } from './measure-lungs.js';
import { readMask } from './read-mask.js';

export interface Segmented {
  readonly lungs: LungLabels;
  readonly measures: PairMeasures;
  /** What makes doubt that the chest lies as the header says. */
  readonly orientationDoubt: string | undefined;
}

export function segmentCt(
  voxels: CtVolume['voxels'],
  geometry: Geometry,
  search: LungSearch,
): Segmented & { readonly airwayFound: boolean } {
  const ct = { voxels, geometry };
  const { lungs, extents, airwayFound, blocks } = findLungs(ct, search);
  return {
    lungs,
    airwayFound,
    measures: measureLungs(ct, lungs, extents),
    orientationDoubt: orientationDoubt(judgeOrientation(blocks)),
  };
}

export async function segmentByMask(
  voxels: CtVolume['voxels'],
  geometry: Geometry,
  path: string,
): Promise<Segmented> {
  const lungs = await readMask(path, geometry);
  const extents = rowExtents(lungs.voxels, geometry.size[0]);
  const ct = { voxels, geometry };
  return {
    lungs,
    measures: measureLungs(ct, lungs, extents),
    orientationDoubt: orientationDoubt(judgeOrientation(sampleBlocks(ct, lungs))),
  };
}
