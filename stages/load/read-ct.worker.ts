/** Worker side of `load`: reads a CT and looks whether its values can be a scan's. */
import { inputError } from '../../src/core/errors.js';
import type { ImageSource } from '../../src/core/image-source.js';
import { readVolume } from '../../src/formats/volume/read-volume.js';
import type { StorageOrder } from '../../src/imaging/space/storage-order.js';
import type { CtVolume } from '../../src/imaging/space/volume.js';
import { glance } from './glance.js';

export interface ReadCt {
  readonly ct: CtVolume;
  readonly nonFinite: number;
  /** As `glance` tells it. */
  readonly lowestHu: number;
  readonly notes: readonly string[];
}

/**
 * @param order to which the CT is brought; without, it is as stored
 * @throws LungflowError `ct-constant`, and what `readVolume` throws
 */
export async function readCt(source: ImageSource, order: StorageOrder | undefined): Promise<ReadCt> {
  const { volume, nonFinite, notes } = await readVolume(source, order);
  const { lowest, constant } = glance(volume.voxels);
  if (constant) {
    throw inputError(
      'ct-constant',
      'Every voxel of the image has the same value.',
      'Export or convert the scan again: it holds no picture.',
    );
  }
  return { ct: volume, nonFinite, lowestHu: lowest, notes };
}
