/** The bytes of NIfTI-1 files that ITK, nibabel and this package read back alike. */
import { pipeline } from 'node:stream';
import { constants, createGzip } from 'node:zlib';
import type { Geometry, Matrix3 } from '../../imaging/space/geometry.js';
import type { Volume } from '../../imaging/space/volume.js';
import { HOST_IS_LITTLE_ENDIAN, writtenDatatype } from './datatype.js';
import { isOrthonormal, quaternionOf } from './orientation.js';

/**
 * int16, uint8 or float32 voxels, in chunks. The geometry is stored in float32, as qform and as sform (ITK takes neither for
 * granted alone).
 * @throws RangeError for a grid that NIfTI-1 cannot express
 */
export function niftiBytes(
  { voxels, geometry }: Volume,
  { gzip }: { readonly gzip: boolean },
): Iterable<Uint8Array> | AsyncIterable<Uint8Array> {
  const type = voxels instanceof Int16Array ? 'int16' : voxels instanceof Uint8Array ? 'uint8' : 'float32';
  const header = headerOf(geometry, writtenDatatype[type], voxels.BYTES_PER_ELEMENT);
  const parts = [header, new Uint8Array(voxels.buffer, voxels.byteOffset, voxels.byteLength)];
  return gzip ? zipped(parts) : parts;
}

/** Nothing is compressed before somebody reads, nor after they leave. */
async function* zipped(parts: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  // CT noise hardly compresses: level 1 costs 3 % more bytes than the default and two thirds of its time.
  const zip = createGzip({ level: constants.Z_BEST_SPEED });
  yield* pipeline(slices(parts), zip, () => undefined) as AsyncIterable<Uint8Array>; // a failure is whoever reads told
}

const SLICE_BYTES = 1 << 20;

/** Copies of a few bytes at a time, because streams take no shared memory. */
function* slices(parts: readonly Uint8Array[]): Generator<Uint8Array> {
  for (const bytes of parts)
    for (let at = 0; at < bytes.length; at += SLICE_BYTES)
      yield Uint8Array.from(bytes.subarray(at, at + SLICE_BYTES));
}

const VOXEL_OFFSET = 352;
const MILLIMETRES = 2;
const SCANNER_ANATOMICAL = 1;

function headerOf(
  { size, spacing, origin, direction }: Geometry,
  datatype: number,
  voxelBytes: number,
): Uint8Array {
  if (size.some((n) => n > 32767))
    throw new RangeError(`NIfTI-1 holds at most 32767 voxels an axis: ${size.join(' x ')}`);
  const axesRas = direction.map((value, i) => (i < 6 ? -value : value)) as unknown as Matrix3;
  if (!isOrthonormal(axesRas)) throw new RangeError('NIfTI-1 holds perpendicular axes of unit length only');
  const offsetRas = [-origin[0], -origin[1], origin[2]];
  const { quaternion, qfac } = quaternionOf(axesRas);

  const bytes = new Uint8Array(VOXEL_OFFSET);
  const view = new DataView(bytes.buffer);
  // Voxels are written as they lie in memory, so the header takes the machine's byte order.
  const int16 = (at: number, ...values: number[]) =>
    values.forEach((value, i) => view.setInt16(at + 2 * i, value, HOST_IS_LITTLE_ENDIAN));
  const float32 = (at: number, ...values: number[]) =>
    values.forEach((value, i) => view.setFloat32(at + 4 * i, value, HOST_IS_LITTLE_ENDIAN));

  view.setInt32(0, 348, HOST_IS_LITTLE_ENDIAN); // sizeof_hdr
  int16(40, 3, ...size, 1, 1, 1, 1); // dim
  int16(70, datatype, 8 * voxelBytes); // datatype, bitpix
  float32(76, qfac, ...spacing); // pixdim
  float32(108, VOXEL_OFFSET, 1, 0); // vox_offset, scl_slope, scl_inter
  view.setUint8(123, MILLIMETRES); // xyzt_units
  int16(252, SCANNER_ANATOMICAL, SCANNER_ANATOMICAL); // qform_code, sform_code
  float32(256, ...quaternion, ...offsetRas);
  for (let row = 0; row < 3; row++) {
    const axes = [0, 1, 2].map((axis) => axesRas[3 * row + axis] * spacing[axis]);
    float32(280 + 16 * row, ...axes, offsetRas[row]); // srow_x, srow_y, srow_z
  }
  bytes.set(Buffer.from('n+1\0', 'latin1'), 344); // magic
  return bytes;
}
