/** What SimpleITK and NumPy make of a scan: the reference's own files, and the padded volume they were cut from. */
import { join } from 'node:path';
import { readNpy } from '../../src/formats/npy.js';
import type { Bench } from './row.js';

export interface SimpleItk {
  /** Holds `patch/`, `patch_loc/` and `adj/`, as the reference leaves them. */
  readonly dir: string;
  readonly ctPath: string;
  /** The transform taken, from atlas to subject. */
  readonly transform: string;
  readonly file: (kind: 'patch' | 'patch_loc' | 'adj') => string;
  /** `[z, y, x]`, HU, 60 voxels of padding on each side. */
  readonly padded: () => Promise<Int16Array>;
}

/** @param transform an ITK file; without, one of the script's own: not a registration, but in and around the lungs */
export async function simpleItk(bench: Bench, sid: string, transform?: string): Promise<SimpleItk> {
  const dir = join(bench.dir, sid);
  const ctPath = sid === 'oblique' ? join(dir, 'ct.nii.gz') : bench.shared(`data/${sid}.nii.gz`);
  const taken = transform ?? join(dir, `${sid}_0GenericAffine.mat`);
  await bench.python(
    'resample_simpleitk.py',
    sid === 'oblique' ? 'oblique' : 'scan',
    ...[ctPath, bench.shared('atlas'), sid, dir, taken],
  );
  return {
    dir,
    ctPath,
    transform: taken,
    file: (kind) => join(dir, kind, `${sid}_${kind}.npy`),
    padded: async () => (await readNpy(join(dir, 'padded.npy'))).data as Int16Array,
  };
}
