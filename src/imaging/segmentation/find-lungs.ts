/** Right and left lung of a chest CT by thresholds, shape and place: no trained model. */
import { inputError } from '../../core/errors.js';
import { gridVoxelMl } from '../space/grid.js';
import { LEFT_LUNG, RIGHT_LUNG, type CtVolume } from '../space/volume.js';
import { growAirways } from './airways.js';
import { closeLungs } from './close-lungs.js';
import type { CoarseCt, Coarsened } from './coarse-ct.js';
import { enclosedAir } from './enclosed-air.js';
import { midlineX } from './midline.js';
import { paintNative, type PaintedLungs } from './paint-native.js';
import { splitLungs } from './split-lungs.js';
import { findTrachea } from './trachea.js';

/** How lungs are told from what is around them. */
export interface LungSearch {
  /** Air below, tissue above, HU. */
  readonly airBelowHu: number;
  /** Radius of the ball that closes the lungs' border over vessels and nodules, mm. */
  readonly closingMm: number;
}

export interface FoundLungs extends PaintedLungs {
  /** Whether an airway was found and taken out. */
  readonly airwayFound: boolean;
}

/** Less than this on a side is no lung: the smallest newborn's holds more, ml. */
const LEAST_LUNG_ML = 30;
/** A lung holds at least this share of its fellow, or it is a remnant. */
const LEAST_SHARE = 0.04;

/**
 * @throws LungflowError `ct-constant`, `no-lungs`, `lung-missing`
 * Follows Hu, Hoffman, Reinhardt 2001 (threshold, airways, separation, smoothing); the lungs are parted by a minimum cut instead of erosion.
 */
export function findLungs(ct: CtVolume, { coarse, blocks, field }: Coarsened, closingMm: number): FoundLungs {
  refuseConstant(ct, coarse.hu);
  const air = enclosedAir(coarse);
  const midX = midlineX(coarse);
  const trachea = findTrachea(coarse, air, midX);
  const airways = trachea && growAirways(coarse, air, trachea);
  const parted = splitLungs(coarse, airways ? without(air, airways.all) : air, airways?.all, midX);
  refuseMissing(parted, coarse);
  const closed = closeLungs(parted, coarse.grid, closingMm);
  if (field) clearUnmeasured(closed, coarse);
  const labels = airways ? without(closed, airways.central) : closed;
  return { ...paintNative(ct, blocks, labels, coarse, field), airwayFound: airways !== undefined };
}

function without(mask: Uint8Array, excluded: Uint8Array): Uint8Array {
  const rest = mask.slice();
  for (let i = 0; i < rest.length; i++) if (excluded[i] !== 0) rest[i] = 0;
  return rest;
}

/** The ball that closes the lungs rolls beyond the field of view. */
function clearUnmeasured(labels: Uint8Array, { measured }: CoarseCt): void {
  for (let i = 0; i < labels.length; i++) if (measured[i] === 0) labels[i] = 0;
}

function refuseConstant({ voxels }: CtVolume, hu: Int16Array): void {
  if (hu.some((mean) => mean !== hu[0]) || voxels.some((v) => v !== voxels[0])) return;
  throw inputError(
    'ct-constant',
    `All voxels of the scan have the same value, ${voxels[0]}.`,
    'Check how the image was converted from DICOM.',
  );
}

function refuseMissing(labels: Uint8Array, { grid }: CoarseCt): void {
  const counts = [0, 0, 0];
  for (let i = 0; i < labels.length; i++) if (labels[i] !== 0) counts[labels[i]]++;
  const [right, left] = [RIGHT_LUNG, LEFT_LUNG].map((side) => counts[side] * gridVoxelMl(grid));
  const least = Math.max(LEAST_LUNG_ML, LEAST_SHARE * Math.max(right, left));
  if (right >= least && left >= least) return;
  if (right < least && left < least) {
    throw inputError(
      'no-lungs',
      'No lungs were found: the scan holds no large air-filled space inside a body.',
      'Check that it shows a chest and that its values are Hounsfield units; give a lung mask (`mask:`) if the lungs are dense throughout (consolidation, effusion).',
    );
  }
  const [missing, present] = right < least ? ['right', 'left'] : ['left', 'right'];
  throw inputError(
    'lung-missing',
    `Only the ${present} lung was found; the ${missing} one holds ${Math.round(Math.min(right, left))} ml of air.`,
    'Exclude the scan if that lung was removed, is collapsed or dense throughout (consolidation, effusion), or give a mask that has both lungs (`mask:`).',
  );
}
