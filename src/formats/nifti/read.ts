/** Reads NIfTI files: the header alone (for admission), or the volume, streamed into shared memory. */
import { inputError } from '../../core/errors.js';
import { reorientVolume } from '../../imaging/space/reorient.js';
import type { StorageOrder } from '../../imaging/space/storage-order.js';
import { voxelCount, type CtVolume } from '../../imaging/space/volume.js';
import { firstBytes, withByteSource, type ByteSource } from '../bytes/byte-source.js';
import type { ReadVolume } from '../volume/volume-format.js';
import { HEADER_BYTES, parseNiftiHeader, type NiftiHeader } from './header.js';
import { storedInOrder } from './stored-in-order.js';
import { createVoxelSink } from './voxel-sink.js';

const VOXEL_CHUNK_BYTES = 1 << 19;

/**
 * Reads only the first bytes. What cannot be whole is refused here, before anything is allocated.
 * @throws LungflowError see `parseNiftiHeader` and `withByteSource`; `nifti-truncated`
 */
export function readNiftiHeader(path: string): Promise<NiftiHeader> {
  return withByteSource(path, readHeader);
}

/**
 * Holds the result and a few chunks, never the file as well (float32 that begins as int16: 1.5 times the result for a moment;
 * axes that change places: twice).
 * @param order to which the volume is brought; without, it is as stored
 * @throws LungflowError see `readNiftiHeader`; `nifti-trailing`
 */
export function readNifti(path: string, order?: StorageOrder): Promise<ReadVolume> {
  return withByteSource(path, async (source) => {
    const header = await readHeader(source);
    const sink = createVoxelSink(header);
    let skip = header.voxelOffset;
    for await (const chunk of source.chunks(VOXEL_CHUNK_BYTES)) {
      sink.push(chunk.subarray(skip));
      skip = Math.max(0, skip - chunk.length);
    }
    const { voxels, nonFinite, trailing } = sink.finish();
    const notes = [
      ...header.notes,
      ...ignored(trailing, 'voxels'),
      ...ignored(source.foreignBytes(), 'compressed data'),
    ];
    return { volume: inOrder(voxels, header, order), nonFinite, notes };
  });
}

function inOrder(voxels: CtVolume['voxels'], header: NiftiHeader, order: StorageOrder | undefined): CtVolume {
  const { geometry, change } = storedInOrder(header, order);
  return change
    ? reorientVolume({ voxels, geometry: header.geometry }, change, geometry)
    : { voxels, geometry };
}

const ignored = (bytes: number, behind: string): string[] =>
  bytes > 0
    ? [`something follows the ${behind} (${bytes === 1 ? '1 byte' : `${bytes} bytes`}); it was ignored`]
    : [];

async function readHeader(source: ByteSource): Promise<NiftiHeader> {
  const header = parseNiftiHeader(await firstBytes(source, HEADER_BYTES));
  const announced = header.voxelOffset + voxelCount(header.geometry) * header.datatype.bytes;
  if (announced > source.mostBytes) {
    throw inputError(
      'nifti-truncated',
      `The header announces ${announced} bytes; the file cannot hold more than ${source.mostBytes}.`,
      'Copy or convert it again.',
    );
  }
  return header;
}
