/** ITK's linear transforms as one affine: y = A (x - c) + t + c, in LPS millimetres. */
import { inputError } from '../../core/errors.js';
import { determinant3, type AffineLps, type Matrix3 } from '../../imaging/space/geometry.js';
import { multiply3, type Vector3 } from '../../imaging/space/matrix3.js';
import type { StoredTransform } from './stored-transform.js';

type Numbers = readonly number[];

interface LinearType {
  readonly parameters: number;
  /** Numbers of fixed parameters that ITK has written for it, over its versions. */
  readonly fixed: readonly number[];
  matrix(parameters: Numbers, fixed: Numbers): Matrix3;
  translation(parameters: Numbers): Vector3;
}

const affine: LinearType = {
  parameters: 12,
  fixed: [3],
  matrix: (p) => p.slice(0, 9) as unknown as Matrix3,
  translation: (p) => [p[9], p[10], p[11]],
};

const versorRigid: LinearType = {
  parameters: 6,
  fixed: [3],
  matrix: (p) => versorMatrix(p),
  translation: (p) => [p[3], p[4], p[5]],
};

/** By ITK's class name. What antsRegistration, 3D Slicer and ITK-SNAP write is the first two. */
const linearTypes: ReadonlyMap<string, LinearType> = new Map([
  ['AffineTransform', affine],
  ['MatrixOffsetTransformBase', affine],
  ['VersorRigid3DTransform', versorRigid],
  [
    'Similarity3DTransform',
    {
      ...versorRigid,
      parameters: 7,
      matrix: (p: Numbers) => versorMatrix(p).map((entry) => entry * p[6]) as unknown as Matrix3,
    },
  ],
  [
    'Euler3DTransform',
    { ...versorRigid, fixed: [3, 4], matrix: (p: Numbers, fixed: Numbers) => eulerMatrix(p, fixed[3] > 0) },
  ],
  [
    'TranslationTransform',
    {
      parameters: 3,
      fixed: [0],
      matrix: (): Matrix3 => [1, 0, 0, 0, 1, 0, 0, 0, 1],
      translation: (p: Numbers): Vector3 => [p[0], p[1], p[2]],
    },
  ],
]);

/** Class, precision, dimensions; B-splines append their order. */
const NAME = /^([A-Za-z0-9]{1,80})_(?:double|float)_(\d+)_(\d+)(?:_\d+)?$/;
const DEFORMABLE = /Displacement|Deformation|Velocity|Spline|Kernel|Diffeomorphic/;
const GIVE_THE_AFFINE =
  'Give the affine that maps atlas points to subject points: antsRegistration’s `0GenericAffine.mat`, or a `.tfm` of one AffineTransform.';

/**
 * @throws LungflowError `transform-deformable`, `transform-composite`, `transform-dimensions`, `transform-type`: a file
 * that holds these transforms is not one linear transform of space.
 */
export function refuseOthers(types: readonly string[]): void {
  const classes = types.map((type) => NAME.exec(type));
  const deformable = classes.find((match) => match && DEFORMABLE.test(match[1]));
  if (deformable)
    throw inputError(
      'transform-deformable',
      `The transform file holds a deformable transform, ${deformable[1]}.`,
      GIVE_THE_AFFINE,
    );
  if (types.length !== 1 || classes[0]?.[1] === 'CompositeTransform')
    throw inputError(
      'transform-composite',
      types.length > 1
        ? `The transform file holds ${types.length} transforms.`
        : 'The transform file holds a composite transform.',
      'If they are linear, make one affine of them: `antsApplyTransforms -d 3 -t FILE -r atlas.nii.gz -o Linear[affine.mat]`.',
    );
  const [match] = classes;
  if (match && (match[2] !== '3' || match[3] !== '3'))
    throw inputError(
      'transform-dimensions',
      `The transform is of ${match[2]} dimensions, not 3.`,
      GIVE_THE_AFFINE,
    );
  if (match && linearTypes.has(match[1])) return;
  // Only what looks like a class of ITK's is repeated: anything else may be a patient's name.
  const named = match?.[1].endsWith('Transform') ? `is of the type ${match[1]}` : 'is of an unknown type';
  throw inputError(
    'transform-type',
    `The transform ${named}; those that can be read are ${[...linearTypes.keys()].join(', ')}.`,
    GIVE_THE_AFFINE,
  );
}

/**
 * @param stored of a type that `refuseOthers` lets pass
 * @throws LungflowError `transform-parameters`, `transform-not-finite`, `transform-singular`
 */
export function affineOfStored({ type, parameters, fixed }: StoredTransform): AffineLps {
  const linear = linearTypes.get(NAME.exec(type)![1])!;
  if (parameters.length !== linear.parameters || !linear.fixed.includes(fixed.length))
    throw inputError(
      'transform-parameters',
      `The transform has ${parameters.length} parameters and ${fixed.length} fixed ones, where its type has ${linear.parameters} and ${linear.fixed.join(' or ')}.`,
      'Write it anew with the tool that made it.',
    );
  const matrix = linear.matrix(parameters, fixed);
  const [x, y, z] = linear.translation(parameters);
  const centre: Vector3 = fixed.length > 0 ? [fixed[0], fixed[1], fixed[2]] : [0, 0, 0];
  // In ITK's own order of operations: the same last bit.
  const offset = ([x, y, z] as const).map((shift, row) =>
    centre.reduce((sum, c, column) => sum - matrix[3 * row + column] * c, shift + centre[row]),
  ) as unknown as Vector3;
  if (![...matrix, ...offset, ...fixed].every(Number.isFinite))
    throw inputError(
      'transform-not-finite',
      'The transform has numbers that are not finite.',
      'Register the subject anew: the registration that made this file failed.',
    );
  requireInvertible(matrix);
  return { matrix, offset };
}

/** How small a determinant may be beside that of a plain scaling by the matrix's mean size. */
const LEAST_PROPORTION = 1e-6;
/** Most by which a transform may change volumes, up or down: beyond it the unit is wrong, or the file. */
const MOST_VOLUME_CHANGE = 1e6;

function requireInvertible(matrix: Matrix3): void {
  const determinant = Math.abs(determinant3(matrix));
  const size = Math.hypot(...matrix) / Math.sqrt(3);
  const within = determinant >= 1 / MOST_VOLUME_CHANGE && determinant <= MOST_VOLUME_CHANGE;
  if (within && determinant >= LEAST_PROPORTION * size ** 3) return;
  throw inputError(
    'transform-singular',
    within || determinant === 0
      ? 'The transform is singular or nearly so: it flattens the lungs.'
      : 'The transform changes volumes more than a million times.',
    'Register the subject anew: the registration that made this file failed.',
  );
}

/** Versor (x, y, z) -> rotation, its scalar part taken as positive: itk::Versor. */
function versorMatrix(parameters: Numbers): Matrix3 {
  const length = Math.hypot(parameters[0], parameters[1], parameters[2]);
  // Rounding may push it past 1; ITK pulls it back.
  const pull = length >= 1 - 1e-10 ? length * (1 + 1e-10) : 1;
  const [x, y, z] = [parameters[0] / pull, parameters[1] / pull, parameters[2] / pull];
  const w = Math.sqrt(1 - x * x - y * y - z * z);
  return [
    1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w),
    2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w),
    2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y),
  ]; // prettier-ignore
}

/** Angles about x, y, z in radians -> Rz Rx Ry, or Rz Ry Rx: itk::Euler3DTransform. */
function eulerMatrix(parameters: Numbers, zyx: boolean): Matrix3 {
  const [cx, cy, cz] = parameters.slice(0, 3).map(Math.cos);
  const [sx, sy, sz] = parameters.slice(0, 3).map(Math.sin);
  const aboutX: Matrix3 = [1, 0, 0, 0, cx, -sx, 0, sx, cx];
  const aboutY: Matrix3 = [cy, 0, sy, 0, 1, 0, -sy, 0, cy];
  const aboutZ: Matrix3 = [cz, -sz, 0, sz, cz, 0, 0, 0, 1];
  return multiply3(aboutZ, zyx ? multiply3(aboutY, aboutX) : multiply3(aboutX, aboutY));
}
