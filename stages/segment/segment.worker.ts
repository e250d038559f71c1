/** The work of `segment` on a worker thread. */
import { blockLabels } from '../../src/imaging/labels/block-labels.js';
import type { Geometry } from '../../src/imaging/space/geometry.js';
import { judgeOrientation, orientationDoubt } from '../../src/imaging/orientation/judge-orientation.js';
import { rowExtents, type RowExtents } from '../../src/imaging/labels/row-extents.js';
import type { CtVolume, LungLabels } from '../../src/imaging/space/volume.js';
import { coarsen, type Coarsened } from '../../src/imaging/segmentation/coarse-ct.js';
import { denseLung, type DenseLung } from '../../src/imaging/segmentation/dense-lung.js';
import { findLungs, type LungSearch } from '../../src/imaging/segmentation/find-lungs.js';
import { measureIntensities, type Intensities } from '../../src/imaging/segmentation/intensities.js';
import { requireHounsfield } from './intensity-doubts.js';
import { measureLungs, type PairMeasures } from '../../src/imaging/segmentation/measure-lungs.js';
import type { GivenLabels } from './read-labels.js';
import { readMask } from './read-mask.js';

export interface Segmented {
  readonly lungs: LungLabels;
  readonly measures: PairMeasures;
  readonly intensities: Intensities;
  /** Undefined where no rib cage is seen. */
  readonly dense: DenseLung | undefined;
  /** What makes doubt that the chest lies as the header says. */
  readonly orientationDoubt: string | undefined;
}

export function segmentCt(
  voxels: CtVolume['voxels'],
  geometry: Geometry,
  { airBelowHu, closingMm }: LungSearch,
): Segmented & { readonly airwayFound: boolean } {
  const ct = { voxels, geometry };
  const coarsened = coarsen(ct, airBelowHu);
  const { lungs, extents, airwayFound } = findLungs(ct, coarsened, closingMm);
  return { ...measured(ct, coarsened, lungs, extents), airwayFound };
}

export async function segmentByMask(
  voxels: CtVolume['voxels'],
  geometry: Geometry,
  path: string,
  airBelowHu: number,
  given?: GivenLabels,
): Promise<Segmented & { readonly notes: readonly string[] }> {
  const ct = { voxels, geometry };
  const { lungs, notes } = await readMask(path, ct, given);
  const extents = rowExtents(lungs.voxels, geometry.size[0]);
  return { ...measured(ct, coarsen(ct, airBelowHu), lungs, extents), notes };
}

/** @throws LungflowError `lungs-not-hounsfield` */
function measured(
  ct: CtVolume,
  { coarse, blocks, field }: Coarsened,
  lungs: LungLabels,
  extents: RowExtents,
): Segmented {
  const measures = measureLungs(ct, lungs, extents, field);
  requireHounsfield(measures.meanHu);
  const coarseLungs = blockLabels(lungs, blocks, extents);
  return {
    lungs,
    measures,
    intensities: measureIntensities(ct, coarse, blocks, coarseLungs),
    dense: denseLung(coarse.hu, coarse.grid, coarseLungs),
    orientationDoubt: orientationDoubt(judgeOrientation({ ...coarse, labels: coarseLungs })),
  };
}
