/** Reads an image volume, whatever its format. */
import type { ImageSource } from '../../core/image-source.js';
import type { StorageOrder } from '../../imaging/space/storage-order.js';
import { formatOf } from './format-of.js';
import type { ReadVolume, VolumeHeader } from './volume-format.js';

/** @throws LungflowError those of `formatOf` and of the format's `readHeader` */
export async function readVolumeHeader(source: ImageSource, order?: StorageOrder): Promise<VolumeHeader> {
  const format = await formatOf(source);
  return format.readHeader(source, order);
}

/** @throws LungflowError those of `formatOf` and of the format's `readVolume` */
export async function readVolume(source: ImageSource, order?: StorageOrder): Promise<ReadVolume> {
  const format = await formatOf(source);
  return format.readVolume(source, order);
}
