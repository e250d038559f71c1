/** What SimpleITK and NumPy make of a scan: the reference's own files, and the padded volume they were cut from. */
import { join } from 'node:path';
import { readNpy } from '../../src/formats/npy.js';
import type { StorageOrder } from '../../src/imaging/space/storage-order.js';
import type { Bench } from './row.js';

export interface SimpleItk {
  /** Holds `patch/`, `patch_loc/` and `adj/`, as the reference leaves them. */
  readonly dir: string;
  /** The transform taken, from atlas to subject. */
  readonly transform: string;
  readonly file: (kind: 'patch' | 'patch_loc' | 'adj') => string;
  /** `[z, y, x]`, HU, 60 voxels of padding on each side. */
  readonly padded: () => Promise<Int16Array>;
}

/** Storage orders of the same scan: the atlas's own, and that of SimpleITK's series reader. */
export const STORED: readonly StorageOrder[] = ['LAS', 'LPS'];

/** A scan of `../shared`, or the script's own `oblique` one, as a file in that order. */
export async function storedScan(bench: Bench, sid: string, order: StorageOrder): Promise<string> {
  const path = join(bench.dir, `${sid}_${order}.nii.gz`);
  const scan = sid === 'oblique' ? sid : bench.shared(`data/${sid}.nii.gz`);
  await bench.python('resample_simpleitk.py', 'store', scan, order, path);
  return path;
}

/**
 * The CT is brought to the atlas's storage order first.
 * @param transform an ITK file; without, one of the script's own: not a registration, but in and around the lungs
 */
export async function simpleItk(
  bench: Bench,
  sid: string,
  ctPath: string,
  transform?: string,
): Promise<SimpleItk> {
  const dir = join(bench.dir, sid);
  const taken = transform ?? join(dir, `${sid}_0GenericAffine.mat`);
  await bench.python('resample_simpleitk.py', 'scan', ctPath, bench.shared('atlas'), sid, dir, taken);
  return {
    dir,
    transform: taken,
    file: (kind) => join(dir, kind, `${sid}_${kind}.npy`),
    padded: async () => (await readNpy(join(dir, 'padded.npy'))).data as Int16Array,
  };
}
