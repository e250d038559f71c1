/** NIfTI-1 and NIfTI-2 headers, parsed by nifti-reader-js and refused here when nothing sound can come of them. */
import { readHeader, type NIFTI1, type NIFTI2 } from 'nifti-reader-js';
import { inputError, type LungflowError } from '../../core/errors.js';
import type { Geometry } from '../../imaging/space/geometry.js';
import { datatypes, type Datatype } from './datatype.js';
import { itkOrientation } from './orientation.js';

export interface NiftiHeader {
  readonly version: 1 | 2;
  readonly littleEndian: boolean;
  readonly datatype: Datatype;
  /** As ITK reads it: LPS, mm. */
  readonly geometry: Geometry;
  /** Its direction was made from a quaternion: exact to some 1e-7 only. */
  readonly byQuaternion: boolean;
  /** Millimetres in the unit in which the header places the grid. */
  readonly unitMm: number;
  /** Where the voxels begin among the (inflated) bytes. */
  readonly voxelOffset: number;
  /** value = slope * stored + intercept; 1 and 0 when the file asks for no scaling. */
  readonly slope: number;
  readonly intercept: number;
  /** What a user should know about this header: whole clauses. */
  readonly notes: readonly string[];
}

/** Enough for either version. */
export const HEADER_BYTES = 540;
const SIZE_OF_HEADER = { 348: 1, 540: 2 } as const;

/** Voxel sizes (mm) and extents (mm) beyond which a header is taken for damaged. */
const SPACING_RANGE_MM = [0.01, 100] as const;
const EXTENT_MOST_MM = 10_000;

/**
 * @param bytes the file's first `HEADER_BYTES`, or all of a shorter one
 * @throws LungflowError `nifti-unrecognised`, `nifti-pair`, `nifti-dimensions`, `nifti-datatype`, `nifti-spacing`,
 *   `nifti-scaling`, `nifti-offset`, `nifti-orientation`
 */
export function parseNiftiHeader(bytes: Uint8Array): NiftiHeader {
  const { raw, view, version } = recognise(bytes);
  const size = sizeOf(raw);
  const datatype = datatypeOf(raw);
  const unitMm = MM_OF_UNIT[raw.xyzt_units & 7] ?? 1;
  const spacing = spacingOf(raw, size, unitMm);
  const {
    notes: placeNotes,
    byQuaternion,
    ...place
  } = itkOrientation({
    qformCode: raw.qform_code,
    sformCode: raw.sform_code,
    qfac: raw.pixDims[0],
    spacing: [Math.abs(raw.pixDims[1]), Math.abs(raw.pixDims[2]), Math.abs(raw.pixDims[3])],
    quaternion: [raw.quatern_b, raw.quatern_c, raw.quatern_d],
    qoffset: [raw.qoffset_x, raw.qoffset_y, raw.qoffset_z],
    srows: srowsOf(view, version, raw.littleEndian),
    unitMm,
    round: version === 1 ? Math.fround : (value) => value,
  });
  const { notes: scaleNotes, ...scaling } = scalingOf(raw);
  return {
    version,
    littleEndian: raw.littleEndian,
    datatype,
    geometry: { size, spacing, ...place },
    byQuaternion,
    unitMm,
    voxelOffset: offsetOf(raw, version),
    ...scaling,
    notes: [...headerNotes(raw), ...placeNotes, ...scaleNotes],
  };
}

/** Metre, millimetre, micrometre; anything else is taken for millimetres, as ITK does. */
const MM_OF_UNIT: Readonly<Record<number, number>> = { 1: 1000, 2: 1, 3: 0.001 };

/** How long the header says it is, in either byte order; undefined where it is none, or not whole. */
function announcedBytes(bytes: Uint8Array): 348 | 540 | undefined {
  if (bytes.length < 4) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const announced = [view.getInt32(0, true), view.getInt32(0, false)];
  const size = announced.find((size): size is 348 | 540 => size in SIZE_OF_HEADER);
  return size !== undefined && size <= bytes.length ? size : undefined;
}

/** Whether a file begins as NIfTI files do; its header may still be refused. */
export const isNiftiHeader = (bytes: Uint8Array): boolean => announcedBytes(bytes) !== undefined;

function recognise(bytes: Uint8Array): { raw: NIFTI1 | NIFTI2; view: DataView; version: 1 | 2 } {
  const headerBytes = announcedBytes(bytes);
  if (headerBytes === undefined) throw unrecognised();
  // A copy without what follows the header, so that the reader looks for no extensions.
  const buffer = new Uint8Array(bytes.subarray(0, headerBytes)).buffer;
  let raw: NIFTI1 | NIFTI2;
  try {
    raw = readHeader(buffer, true);
  } catch (cause) {
    throw unrecognised(cause);
  }
  if (raw.magic.startsWith('ni')) {
    throw inputError(
      'nifti-pair',
      'The image is one half of a .hdr/.img pair.',
      'Convert it to a single .nii or .nii.gz file.',
    );
  }
  return { raw, view: new DataView(buffer), version: SIZE_OF_HEADER[headerBytes] };
}

const unrecognised = (cause?: unknown): LungflowError =>
  inputError(
    'nifti-unrecognised',
    'The file is not a NIfTI image.',
    'Convert it to .nii or .nii.gz, from DICOM for example with dcm2niix.',
    cause,
  );

function sizeOf({ dims }: NIFTI1 | NIFTI2): Geometry['size'] {
  const [rank, x, y, z, ...further] = dims;
  const refusal = (what: string, remedy: string) => inputError('nifti-dimensions', what, remedy);
  if (!Number.isInteger(rank) || rank < 1 || rank > 7) {
    throw refusal(
      'The header announces an impossible number of dimensions.',
      'Copy or convert the file again.',
    );
  }
  const spatial = [x, y, z].slice(0, rank);
  if (!spatial.every((n) => Number.isSafeInteger(n) && n >= 1)) {
    throw refusal('The header announces an impossible image size.', 'Copy or convert the file again.');
  }
  if (rank < 3 || spatial.some((n) => n === 1)) {
    throw refusal('The image is a single plane, not a volume.', 'Name the file that holds the whole scan.');
  }
  const volumes = further.slice(0, rank - 3).reduce((product, n) => product * Math.max(n, 1), 1);
  if (volumes !== 1) {
    throw refusal(`The file holds ${volumes} volumes, not one.`, 'Split it and name one volume a subject.');
  }
  return [x, y, z];
}

/** Some writers leave bitpix 0; any other contradiction casts doubt on the type as well. */
function datatypeOf({ datatypeCode, numBitsPerVoxel }: NIFTI1 | NIFTI2): Datatype {
  const datatype = datatypes.get(datatypeCode);
  if (datatype && (numBitsPerVoxel === 8 * datatype.bytes || numBitsPerVoxel === 0)) return datatype;
  throw inputError(
    'nifti-datatype',
    `The voxel type (code ${datatypeCode}, ${numBitsPerVoxel} bits) is none of whole or real numbers of 8 to 64 bits.`,
    'Convert the image to int16 Hounsfield units.',
  );
}

/** Slips that every reader lets pass. The axes stay as the forms have them when pixdim is negative: nibabel's way; ITK mirrors them. */
function headerNotes({ pixDims, numBitsPerVoxel }: NIFTI1 | NIFTI2): string[] {
  const notes: string[] = [];
  const negative = ['x', 'y', 'z'].filter((_, axis) => pixDims[axis + 1] < 0);
  if (negative.length > 0) {
    notes.push(
      `the header's voxel size is negative along ${negative.join(' and ')}; its absolute value was taken, no axis mirrored`,
    );
  }
  if (numBitsPerVoxel === 0)
    notes.push("the header's bitpix is 0; the voxels' width was taken from their type");
  return notes;
}

function spacingOf(
  { pixDims }: NIFTI1 | NIFTI2,
  size: Geometry['size'],
  unitMm: number,
): Geometry['spacing'] {
  const spacing = pixDims.slice(1, 4).map((edge) => Math.abs(edge) * unitMm);
  const [least, most] = SPACING_RANGE_MM;
  const sound = spacing.every((mm, axis) => mm >= least && mm <= most && mm * size[axis] <= EXTENT_MOST_MM);
  if (!sound) {
    throw inputError(
      'nifti-spacing',
      `The voxel size is impossible for a scan: ${spacing.join(' x ')} mm.`,
      'Correct the header or convert the scan again from DICOM.',
    );
  }
  return [spacing[0], spacing[1], spacing[2]];
}

/** nifti-reader-js keeps the sform of NIfTI-1 only when it prefers it; ITK's rule needs it always. */
function srowsOf(view: DataView, version: 1 | 2, littleEndian: boolean): number[] {
  return Array.from({ length: 12 }, (_, i) =>
    version === 1 ? view.getFloat32(280 + 4 * i, littleEndian) : view.getFloat64(400 + 8 * i, littleEndian),
  );
}

function offsetOf({ vox_offset: offset }: NIFTI1 | NIFTI2, version: 1 | 2): number {
  const least = version === 1 ? 352 : 544;
  if (offset === 0) return least; // some writers leave it out
  if (Number.isSafeInteger(offset) && offset >= least) return offset;
  throw inputError(
    'nifti-offset',
    'The header says that the voxels begin where they cannot.',
    'Copy or convert the file again.',
  );
}

/** nifti1.h: a slope of 0 means no scaling at all; nibabel writes NaN for the same. */
function scalingOf(raw: NIFTI1 | NIFTI2): Pick<NiftiHeader, 'slope' | 'intercept' | 'notes'> {
  const { scl_slope: slope, scl_inter: intercept } = raw;
  if (slope === 0 || !Number.isFinite(slope)) {
    const ignored = Number.isFinite(intercept) && intercept !== 0;
    return {
      slope: 1,
      intercept: 0,
      notes: ignored ? ["the header's scl_slope is 0, so its scl_inter was not applied"] : [],
    };
  }
  if (!Number.isFinite(intercept)) {
    throw inputError(
      'nifti-scaling',
      'The header scales the voxels by a number and shifts them by none.',
      'Correct scl_inter in the header or convert the scan again.',
    );
  }
  return { slope, intercept, notes: [] };
}
