/** Trachea and main bronchi, grown down from the trachea as far as the lumen is told from lung. */
import { cropAround } from '../space/crop.js';
import { gridVoxelMl, type Grid } from '../space/grid.js';
import { dilate, open } from '../labels/morphology.js';
import { spread } from '../labels/spread.js';
import type { CoarseCt } from './coarse-ct.js';
import type { Trachea } from './trachea.js';

/** Lumen thresholds tried, HU, strict to lax: the laxest that does not leak into the lung is taken. */
const THRESHOLDS_HU = [-985, -970, -955, -940, -925, -910, -895, -880, -865, -850, -830, -800];
/** Airways above the segments hold less than this many times what the trachea holds; more is a leak. */
const MOST_TRACHEAS = 2.2;
/** A laxer threshold that adds more than this factor has begun to leak. */
const SURGE = 1.35;
/** From the lumen's dark core to its wall, mm. */
const RIM_MM = 3.2;
/** Grown lumen thinner than twice this is a bronchus inside the lung and stays lung, mm. */
const HILAR_MM = 6;

export interface Airways {
  /** Lumen and rim of all that was grown: cuts the lungs from the trachea. */
  readonly all: Uint8Array;
  /** Trachea, main and thick lobar bronchi: no part of the lungs. */
  readonly central: Uint8Array;
}

/** Region growing with explosion control (Mori et al. 1996; Kitasaka et al. 2002). */
export function growAirways({ hu, grid }: CoarseCt, air: Uint8Array, trachea: Trachea): Airways {
  const most = Math.ceil((MOST_TRACHEAS * trachea.ml) / gridVoxelMl(grid));
  const queue = new Int32Array(hu.length);
  const core = new Uint8Array(hu.length);
  for (const i of trachea.voxels) core[i] = 1;
  queue.set(trachea.voxels);
  let count = trachea.voxels.length;
  for (const threshold of THRESHOLDS_HU) {
    const enter = (i: number) => air[i] !== 0 && core[i] === 0 && hu[i] < threshold && ((core[i] = 1), true);
    const reached = spread(grid, queue, count, enter, most);
    const leaks = reached >= most || (count > trachea.voxels.length && reached > SURGE * count);
    if (leaks) {
      for (let q = count; q < reached; q++) core[queue[q]] = 0;
      break;
    }
    count = reached;
  }
  return withRim(core, grid);
}

function withRim(core: Uint8Array, grid: Grid): Airways {
  const crop = cropAround(core, grid, 1, RIM_MM);
  const all = new Uint8Array(core.length);
  const central = new Uint8Array(core.length);
  if (!crop) return { all, central };
  const grown = dilate(crop.mask, crop.grid, RIM_MM);
  const thick = open(grown, crop.grid, HILAR_MM);
  crop.eachRow((inGrid, inCrop, length) => {
    all.set(grown.subarray(inCrop, inCrop + length), inGrid);
    central.set(thick.subarray(inCrop, inCrop + length), inGrid);
  });
  return { all, central };
}
