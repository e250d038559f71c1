/** Loads an atlas directory: the lung mask and the list of landmark patches laid over it (reference sections 0 and 1). */
import { join } from 'node:path';
import { LungflowError, pipelineFileError } from '../core/errors.js';
import { fileSource } from '../core/image-source.js';
import { unusable } from '../core/unusable.js';
import { PATCH_EDGE, type Atlas } from '../imaging/atlas/atlas.js';
import type { Geometry } from '../imaging/space/geometry.js';
import { LUNGMASK_R231, REFERENCE_MASK } from '../imaging/labels/label-schemes.js';
import { storageOrderOf, type StorageOrder } from '../imaging/space/storage-order.js';
import { LEFT_LUNG, RIGHT_LUNG, type LungLabels } from '../imaging/space/volume.js';
import { readNpy } from './npy.js';
import { sha256OfFile } from './sha256-of-file.js';
import { readVolume, readVolumeHeader } from './volume/read-volume.js';
import { sourceAt } from './volume/source-at.js';

export const ATLAS_MASK_FILE = 'atlas_lung_mask.nii.gz';
export const ATLAS_CORNERS_FILE = 'atlas_patch_loc.npy';

export interface LoadedAtlas {
  readonly atlas: Atlas;
  /** Hexadecimal, of the two files as they lie on the disk. */
  readonly sha256: { readonly mask: string; readonly corners: string };
}

/**
 * Plain data throughout, so it may run on a worker thread.
 * @param directory holds `atlas_lung_mask.nii.gz` (values 0, 50 = right, 100 = left; or 0, 1, 2) and
 *   `atlas_patch_loc.npy` (whole numbers, `[count, 3]`, (x, y, z))
 * @throws LungflowError of kind `pipeline-file`, whatever is wrong
 */
export async function loadAtlas(directory: string): Promise<LoadedAtlas> {
  const [mask, corners] = [join(directory, ATLAS_MASK_FILE), join(directory, ATLAS_CORNERS_FILE)];
  const { lungs } = await about(ATLAS_MASK_FILE, () => readAtlasMask(mask));
  const cornersXyz = await about(ATLAS_CORNERS_FILE, () => readCorners(corners, lungs.geometry));
  const [maskHash, cornersHash] = await Promise.all([sha256OfFile(mask), sha256OfFile(corners)]);
  return {
    atlas: { lungs, cornersXyz, count: cornersXyz.length / 3 },
    sha256: { mask: maskHash, corners: cornersHash },
  };
}

/**
 * Where the index axes of the atlas's mask run: patches keep to them in every subject. Reads only the header.
 * @throws LungflowError of kind `pipeline-file`
 */
export async function atlasStorageOrder(directory: string): Promise<StorageOrder> {
  const mask = fileSource(join(directory, ATLAS_MASK_FILE));
  const { geometry } = await about(ATLAS_MASK_FILE, () => readVolumeHeader(mask));
  return storageOrderOf(geometry);
}

const NAME_THE_DIRECTORY = `Name the directory that holds ${ATLAS_MASK_FILE} and ${ATLAS_CORNERS_FILE}.`;

/** An input error of a file that the whole run rests on is the pipeline file's. */
async function about<T>(file: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (thrown) {
    if (!(thrown instanceof LungflowError) || thrown.kind === 'internal') throw thrown;
    const code = thrown.code.startsWith('atlas-') ? thrown.code : `atlas-${thrown.code}`;
    const remedy = thrown.code === 'file-missing' ? NAME_THE_DIRECTORY : thrown.remedy;
    throw unusable(`The atlas's ${file}`, thrown, { kind: 'pipeline-file', code, remedy });
  }
}

export interface AtlasMask {
  readonly lungs: LungLabels;
  /** The labels are 50 and 100, as an atlas has them; else 1 and 2. */
  readonly isCoded: boolean;
  /** What the header leaves doubtful: whole clauses. */
  readonly notes: readonly string[];
}

/** Without a CT nothing bears the sides out, so an atlas has one of two schemes, whole. */
const ATLAS_SCHEMES = [REFERENCE_MASK, LUNGMASK_R231];

/** @throws LungflowError `atlas-mask` when the labels are not those of two lungs, and those of `readVolume` */
export async function readAtlasMask(path: string): Promise<AtlasMask> {
  const { volume, notes } = await readVolume(await sourceAt(path));
  const voxels = new Uint8Array(new SharedArrayBuffer(volume.voxels.length));
  const labelOf = new Map<number, number>(
    ATLAS_SCHEMES.flatMap(({ right, left }) => [
      ...right.map((value) => [value, RIGHT_LUNG] as const),
      ...left.map((value) => [value, LEFT_LUNG] as const),
    ]),
  ).set(0, 0);
  const seen = new Set<number>();
  let last = NaN;
  let label = 0;
  for (let i = 0; i < voxels.length; i++) {
    const value = volume.voxels[i];
    if (value !== last) {
      seen.add(value);
      if (!labelOf.has(value)) throw badMask(`it holds the value ${value}`);
      label = labelOf.get(value)!;
      last = value;
    }
    voxels[i] = label;
  }
  const held = [...seen].filter((value) => value !== 0).sort((a, b) => a - b);
  const scheme = ATLAS_SCHEMES.find(({ right, left }) => [...right, ...left].join() === held.join());
  if (!scheme) throw badMask(`beside 0 it holds ${held.join(', ') || 'nothing'}`);
  return { lungs: { voxels, geometry: volume.geometry }, isCoded: scheme === REFERENCE_MASK, notes };
}

async function readCorners(path: string, { size }: Geometry): Promise<Int32Array<SharedArrayBuffer>> {
  const { data, shape } = await readNpy(path);
  if (shape.length !== 2 || shape[1] !== 3 || shape[0] < 1) {
    throw badCorners(`its shape is (${shape.join(', ')}), not (count, 3)`);
  }
  const cornersXyz = new Int32Array(new SharedArrayBuffer(4 * data.length));
  data.forEach((value: number | bigint, i: number) => {
    const corner = Number(value);
    const most = size[i % 3] - PATCH_EDGE;
    if (!Number.isInteger(corner) || corner < 0 || corner > most) {
      throw badCorners(
        `row ${Math.floor(i / 3)} puts a patch at ${value} on the ${'xyz'[i % 3]} axis, outside 0 to ${most}`,
      );
    }
    cornersXyz[i] = corner;
  });
  return cornersXyz;
}

const badMask = (why: string) =>
  pipelineFileError(
    'atlas-mask',
    `Its labels are not those of two lungs: ${why}.`,
    `Label the right lung ${REFERENCE_MASK.right[0]} and the left ${REFERENCE_MASK.left[0]} (or ${LUNGMASK_R231.right[0]} and ${LUNGMASK_R231.left[0]}), everything else 0.`,
  );

const badCorners = (why: string) =>
  pipelineFileError(
    'atlas-corners',
    `Its patches do not fit the mask: ${why}.`,
    'Use the list that belongs to this mask.',
  );
