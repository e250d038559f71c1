/** Reads lung labels that another tool has made, and refuses what does not belong to the scan. */
import { inputError, LungflowError, toLungflowError } from '../../src/core/errors.js';
import { readNifti, readNiftiHeader, storedInOrder } from '../../src/formats/nifti/index.js';
import { indexToPoint, type Geometry } from '../../src/imaging/geometry.js';
import { storageOrderOf } from '../../src/imaging/storage-order.js';
import { LEFT_LUNG, RIGHT_LUNG, type LungLabels } from '../../src/imaging/volume.js';

type Scheme = ReadonlyMap<number, number>;

/** Right and left: lungmask's R231, the reference's registration masks, and lungmask's lobes (LTRCLobes: left 1 and 2, right 3 to 5). */
const schemes: readonly Scheme[] = [
  new Map([
    [1, RIGHT_LUNG],
    [2, LEFT_LUNG],
  ]),
  new Map([
    [50, RIGHT_LUNG],
    [100, LEFT_LUNG],
  ]),
  new Map([
    [1, LEFT_LUNG],
    [2, LEFT_LUNG],
    [3, RIGHT_LUNG],
    [4, RIGHT_LUNG],
    [5, RIGHT_LUNG],
  ]),
];

/** Corners of the two grids may lie this share of a voxel apart: rounding of headers, not more. */
const MISPLACED_VOXELS = 0.1;

/** In the scan's storage order, whichever the mask has. @throws LungflowError `mask-grid` when the mask is not on the scan's grid, `mask-labels` when it is no mask of two lungs, and those of `readNifti`, as `mask-...` */
export async function readMask(path: string, geometry: Geometry): Promise<LungLabels> {
  const header = await ofTheMask(readNiftiHeader(path));
  const order = storageOrderOf(geometry);
  refuseOtherGrid(storedInOrder(header, order).geometry, geometry);
  const { voxels } = (await ofTheMask(readNifti(path, order))).volume;
  const scheme = schemeOf(valuesOf(voxels));
  const labels = new Uint8Array(new SharedArrayBuffer(voxels.length));
  for (let i = 0; i < labels.length; i++) if (voxels[i] !== 0) labels[i] = scheme.get(voxels[i])!;
  return { voxels: labels, geometry };
}

/** The reader's errors speak of "the file": here it is the mask, and the scan may be sound. */
async function ofTheMask<T>(read: Promise<T>): Promise<T> {
  try {
    return await read;
  } catch (thrown) {
    const { kind, code, what, remedy } = toLungflowError(thrown);
    throw new LungflowError(
      { kind, code: `mask-${code}`, what: `The lung mask cannot be used: ${what}`, remedy },
      { cause: thrown },
    );
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

/** Distinct values other than 0, ascending; gives up beyond what any scheme has. */
function valuesOf(voxels: ArrayLike<number>): number[] {
  const seen = new Set<number>();
  let last = 0;
  for (let i = 0; i < voxels.length && seen.size <= 8; i++) {
    if (voxels[i] === last) continue;
    last = voxels[i];
    if (last !== 0) seen.add(last);
  }
  return [...seen].sort((a, b) => a - b);
}

/** The first scheme that knows every value, if both lungs are there. */
function schemeOf(values: readonly number[]): Scheme {
  const remedy = 'Give labels 1 = right and 2 = left (or 50 and 100, or the five lobes of lungmask).';
  const scheme = schemes.find((known) => values.every((value) => known.has(value)));
  if (!scheme || values.length === 0) {
    const held = values.length > 8 ? 'more than 8 values' : values.join(', ') || 'nothing';
    throw inputError('mask-labels', `Beside 0 the lung mask holds ${held}.`, remedy);
  }
  const sides = new Set(values.map((value) => scheme.get(value)));
  for (const [side, name] of [
    [RIGHT_LUNG, 'right'],
    [LEFT_LUNG, 'left'],
  ] as const) {
    if (!sides.has(side)) throw inputError('mask-labels', `The lung mask has no ${name} lung.`, remedy);
  }
  return scheme;
}
