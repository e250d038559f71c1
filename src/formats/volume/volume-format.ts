/** What a format of image volumes does: whichever a scan, a lung mask or an atlas has, all else is alike. */
import type { ImageSource } from '../../core/image-source.js';
import type { Geometry } from '../../imaging/space/geometry.js';
import type { StorageOrder } from '../../imaging/space/storage-order.js';
import type { CtVolume } from '../../imaging/space/volume.js';

export interface VolumeFormat {
  /** As messages name it: "NIfTI". */
  readonly name: string;
  /** Ends of file names, lower case, with their dot. */
  readonly extensions: readonly string[];
  /** Whether a source is taken for this format by its kind and its name, unopened. */
  claims(source: ImageSource): boolean;
  /** Whether a file whose name no format claims is of this one. @param head its first bytes, inflated where it is gzip: at most `HEAD_BYTES` */
  recognises(head: Uint8Array): boolean;
  /**
   * Reads no voxels. What cannot be whole is refused here, before anything is allocated.
   * @param order as for `readVolume`, which then gives the same geometry
   * @throws LungflowError
   */
  readHeader(source: ImageSource, order?: StorageOrder): Promise<VolumeHeader>;
  /**
   * @param order to which the volume is brought; without, it is as stored
   * @throws LungflowError
   */
  readVolume(source: ImageSource, order?: StorageOrder): Promise<ReadVolume>;
}

export interface VolumeHeader {
  readonly geometry: Geometry;
  /** Memory of the voxels, at most. */
  readonly voxelBytes: number;
  /** Memory that reading takes beside them, at most. */
  readonly workingBytes: number;
}

export interface ReadVolume {
  /** int16 where every scaled value is whole and fits, float32 otherwise. */
  readonly volume: CtVolume;
  /** Voxels that were NaN or infinite and became -1024. */
  readonly nonFinite: number;
  /** What a user should know about this image: whole clauses. */
  readonly notes: readonly string[];
}

/** Enough for the marks by which formats know themselves. */
export const HEAD_BYTES = 1024;
