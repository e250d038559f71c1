/** Worker side of `load`: reads a CT and looks at its values once. */
import { inputError } from '../../src/core/errors.js';
import { readNifti } from '../../src/formats/nifti/index.js';
import type { CtVolume } from '../../src/imaging/volume.js';

export interface ReadCt {
  readonly ct: CtVolume;
  readonly nonFinite: number;
  readonly lowestHu: number;
  readonly notes: readonly string[];
}

/** @throws LungflowError `ct-constant`, and what `readNifti` throws */
export async function readCt(path: string): Promise<ReadCt> {
  const { volume, nonFinite, notes } = await readNifti(path);
  const [lowest, highest] = range(volume.voxels);
  if (lowest === highest) {
    throw inputError(
      'ct-constant',
      'Every voxel of the image has the same value.',
      'Export or convert the scan again: it holds no picture.',
    );
  }
  return { ct: volume, nonFinite, lowestHu: lowest, notes };
}

function range(values: Int16Array | Float32Array): [number, number] {
  let [lowest, highest] = [values[0], values[0]];
  for (let i = 1; i < values.length; i++) {
    const value = values[i];
    if (value < lowest) lowest = value;
    else if (value > highest) highest = value;
  }
  return [lowest, highest];
}
