/** Reads an affine from a file of ITK's, whatever its name: told by its first bytes. */
import { open, stat } from 'node:fs/promises';
import { inputError, LungflowError, resourceError, toLungflowError } from '../../core/errors.js';
import type { AffineLps } from '../../imaging/space/geometry.js';
import { affineOfStored, refuseOthers } from './linear-types.js';
import { isMatlab, matlabTransforms } from './matlab.js';
import { truncated, type TransformEncoding } from './stored-transform.js';
import { isText, textTransforms } from './text.js';

/** An affine takes 200 to 600 bytes; a file beyond this holds something else and is not read further. */
const MOST_BYTES = 65_536;

/**
 * Linear transforms of 3-D space in MATLAB level 4 (`.mat`, either byte order, float32 or float64) or text (`.tfm`, `.txt`).
 * The file's points are mapped as ITK maps them: from the fixed image (the atlas) to the moving one (the subject).
 * @throws LungflowError `transform-…`, `not-a-file`, `file-empty`, `file-missing`, `permission-denied`: what the file is instead
 */
export async function readItkTransform(path: string): Promise<AffineLps> {
  const { start, size } = await readStart(path);
  const encoding = recognise(start);
  const types = encoding.types(start);
  if (types.length === 0) throw truncated('it holds no transform');
  refuseOthers(types);
  if (size > start.length)
    throw inputError(
      'transform-too-large',
      `The transform file has ${size} bytes, far more than an affine takes.`,
      'Give a file that holds one affine and nothing else.',
    );
  const stored = encoding.parse(start);
  refuseOthers(stored.map(({ type }) => type));
  return affineOfStored(stored[0]);
}

/** The file's size, and at most its first `MOST_BYTES`. */
async function readStart(path: string): Promise<{ start: Buffer; size: number }> {
  try {
    const { size } = await requireFile(path);
    const handle = await open(path);
    try {
      const room = Buffer.alloc(Math.min(size, MOST_BYTES));
      const { buffer, bytesRead } = await handle.read(room, 0, room.length, 0);
      return { start: buffer.subarray(0, bytesRead), size };
    } finally {
      await handle.close();
    }
  } catch (thrown) {
    throw thrown instanceof LungflowError ? thrown : unreadable(thrown);
  }
}

/** Not by opening it: that would wait for ever on a named pipe. */
async function requireFile(path: string) {
  const stats = await stat(path);
  if (!stats.isFile())
    throw inputError(
      'not-a-file',
      'What stands for the transform is no regular file.',
      'Name the file itself.',
    );
  if (stats.size === 0) throw inputError('file-empty', 'The transform file is empty.', 'Copy it again.');
  return stats;
}

/** A system error's own message names the path, which may name a patient. */
function unreadable(thrown: unknown): LungflowError {
  const { kind, code, remedy } = toLungflowError(thrown);
  if (kind === 'resource') return resourceError(code, 'The transform file cannot be read.', remedy, thrown);
  if (code === 'file-missing') return inputError(code, 'The transform file is not there.', remedy, thrown);
  return inputError(
    'file-unreadable',
    'The transform file cannot be read.',
    'Check the path and the file system.',
    thrown,
  );
}

const HDF5 = Buffer.from('\x89HDF\r\n\x1a\n', 'latin1');
const GZIP = Buffer.from([0x1f, 0x8b]);
const CONVERT =
  'Give a transform as ITK writes it: `.mat` of ANTs, `.tfm` of 3D Slicer; those of FSL, elastix and greedy must be converted.';

function recognise(start: Buffer): TransformEncoding {
  if (isText(start)) return textTransforms;
  if (isMatlab(start)) return matlabTransforms;
  if (start.subarray(0, HDF5.length).equals(HDF5))
    throw inputError(
      'transform-hdf5',
      'The transform is stored as HDF5, which is not read.',
      'If it is an affine, convert it: `antsApplyTransforms -d 3 -t x.h5 -r atlas.nii.gz -o Linear[x.mat]`, or save it as `.tfm` in 3D Slicer.',
    );
  if (start.subarray(0, GZIP.length).equals(GZIP) || isNifti(start))
    throw inputError(
      'transform-deformable',
      'The transform file is an image, as of a displacement field.',
      'Give the affine part that was written beside it, such as `0GenericAffine.mat`.',
    );
  if (start.toString('latin1', 0, 6) === 'MATLAB')
    throw inputError(
      'transform-matlab-version',
      'The transform is a MATLAB file of a later level than 4.',
      'Save it again in MATLAB with `-v4`, or with ITK, ANTs or 3D Slicer.',
    );
  throw inputError('transform-unrecognised', 'The file is no transform of ITK’s.', CONVERT);
}

const isNifti = (start: Buffer): boolean =>
  ['n+1\0', 'ni1\0'].includes(start.toString('latin1', 344, 348)) ||
  ['n+2\0', 'ni2\0'].includes(start.toString('latin1', 4, 8));
