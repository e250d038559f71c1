/** Reads lung labels that another tool has made, and refuses what does not belong to the scan. */
import { inputError, toLungflowError } from '../../src/core/errors.js';
import { unusable } from '../../src/core/unusable.js';
import { readVolume, readVolumeHeader } from '../../src/formats/volume/read-volume.js';
import { sourceAt } from '../../src/formats/volume/source-at.js';
import { indexToPoint, type Geometry } from '../../src/imaging/space/geometry.js';
import { storageOrderOf } from '../../src/imaging/space/storage-order.js';
import { LEFT_LUNG, RIGHT_LUNG, type CtVolume, type LungLabels } from '../../src/imaging/space/volume.js';
import { maskLabels } from './mask-label.js';
import { readByScheme, readGiven, type GivenLabels, type LabelReading } from './read-labels.js';
import { tissueMiddleX } from '../../src/imaging/segmentation/tissue-middle.js';

/** Corners of the two grids may lie this share of a voxel apart: rounding of headers, not more. */
const MISPLACED_VOXELS = 0.1;

export interface ReadMask {
  readonly lungs: LungLabels;
  /** What looked doubtful: whole clauses. */
  readonly notes: readonly string[];
}

/**
 * In the scan's storage order, whichever the mask has.
 * @param given the values of each lung; without, they are told by known schemes and the sides of the body
 * @throws LungflowError `mask-grid` when the mask is not on the scan's grid, `mask-labels` when it is no mask of two lungs, and
 *   those of `readVolume`, as `mask-...`
 */
export async function readMask(path: string, ct: CtVolume, given?: GivenLabels): Promise<ReadMask> {
  const { geometry } = ct;
  const source = await sourceAt(path);
  const order = storageOrderOf(geometry);
  const header = await ofTheMask(readVolumeHeader(source, order));
  refuseOtherGrid(header.geometry, geometry);
  const { volume, notes } = await ofTheMask(readVolume(source, order));
  const labels = maskLabels(volume.voxels, geometry, tissueMiddleX(ct));
  const reading = given ? readGiven(labels, given) : readByScheme(labels);
  return {
    lungs: { voxels: relabelled(volume.voxels, reading), geometry },
    notes: [...notes.map((note) => `the lung mask: ${note}`), ...reading.notes],
  };
}

function relabelled(
  voxels: CtVolume['voxels'],
  { right, left }: LabelReading,
): Uint8Array<SharedArrayBuffer> {
  const labels = new Uint8Array(new SharedArrayBuffer(voxels.length));
  for (let i = 0, last = 0, label = 0; i < labels.length; i++) {
    const value = voxels[i];
    if (value !== last) {
      label = right.includes(value) ? RIGHT_LUNG : left.includes(value) ? LEFT_LUNG : 0;
      last = value;
    }
    labels[i] = label;
  }
  return labels;
}

/** The reader's errors speak of "the file": here it is the mask, and the scan may be sound. */
async function ofTheMask<T>(read: Promise<T>): Promise<T> {
  try {
    return await read;
  } catch (thrown) {
    throw unusable('The lung mask', thrown, { code: `mask-${toLungflowError(thrown).code}` });
  }
}

function refuseOtherGrid(mask: Geometry, ct: Geometry): void {
  const remedy =
    'Make the mask from this very scan, or resample it to the scan with nearest-neighbour interpolation.';
  if (mask.size.some((n, axis) => n !== ct.size[axis])) {
    const what = `The lung mask has ${mask.size.join(' x ')} voxels, the CT ${ct.size.join(' x ')}.`;
    throw inputError('mask-grid', what, remedy);
  }
  const most = MISPLACED_VOXELS * Math.min(...ct.spacing);
  const [nx, ny, nz] = ct.size.map((n) => n - 1);
  const corners = [
    [0, 0, 0],
    [nx, 0, 0],
    [0, ny, 0],
    [0, 0, nz],
  ] as const;
  const apart = corners.map((corner) => {
    const [a, b] = [indexToPoint(mask, corner), indexToPoint(ct, corner)];
    return Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
  });
  if (Math.max(...apart) <= most) return;
  const what = `The lung mask lies up to ${Math.max(...apart).toFixed(1)} mm away from the CT.`;
  throw inputError('mask-grid', what, remedy);
}
