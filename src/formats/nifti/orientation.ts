/** From NIfTI's two ways of placing a grid to ITK's one, as `itk::NiftiImageIO` of ITK 5.4 decides and rounds. */
import { inputError } from '../../core/errors.js';
import type { Geometry, Matrix3 } from '../../imaging/space/geometry.js';
import { nearestOrthogonal3 } from '../../imaging/space/matrix3.js';

type Triple = readonly [number, number, number];

/** What a header says about place; physical axes are NIfTI's RAS. */
export interface Forms {
  readonly qformCode: number;
  readonly sformCode: number;
  /** Sign of the third axis of the qform. */
  readonly qfac: number;
  /** Voxel size in the header's unit, positive. */
  readonly spacing: Triple;
  readonly quaternion: Triple;
  readonly qoffset: Triple;
  /** Three rows of four. */
  readonly srows: readonly number[];
  /** Millimetres in the header's unit. */
  readonly unitMm: number;
  /** NIfTI-1 and ITK hold the matrices in float32. */
  readonly round: (value: number) => number;
}

/** Index to RAS: columns carry the voxel size. */
interface Placement {
  readonly columns: readonly [Triple, Triple, Triple];
  readonly offset: Triple;
}

const SCANNER_ANATOMICAL = 1;
const ORTHONORMAL_WITHIN = 1e-4;
/** Largest cosine between two axes that rounding of an oblique header explains; beyond it the grid itself is sheared. */
const SHEAR_MOST = 0.02;

/**
 * Origin and direction (LPS, mm) and what a reader of the result ought to know. ITK's rule: the sform, when its axes are
 * perpendicular and it is alone, or says "scanner", or equals the qform; else the qform; else refusal. With
 * neither: the identity in LPS. The voxel size is always pixdim's. (ITK compares the two forms by singular vectors;
 * here axis by axis, to the same tolerance.) What ITK refuses and other readers take: an sform that is alone and sheared by
 * at most `SHEAR_MOST` gets the nearest perpendicular axes.
 * @throws LungflowError `nifti-orientation`
 */
export function itkOrientation(
  forms: Forms,
): Pick<Geometry, 'origin' | 'direction'> & { byQuaternion: boolean; notes: string[] } {
  const { qformCode, sformCode } = forms;
  if (qformCode <= 0 && sformCode <= 0) {
    return {
      origin: [0, 0, 0],
      direction: [1, 0, 0, 0, 1, 0, 0, 0, 1],
      byQuaternion: false,
      notes: ['the image says nothing about its orientation; left-posterior-superior axes were assumed'],
    };
  }
  const qform = qformCode > 0 ? fromQuaternion(forms) : undefined;
  const sform = sformCode > 0 ? fromRows(forms) : undefined;
  const soundSform = sform && perpendicular(sform) ? sform : undefined;
  const sformWins =
    !qform || sformCode === SCANNER_ANATOMICAL || (soundSform && agree(soundSform, qform, 1e-4, 1e-4));
  const straightened = sform && !qform && !soundSform ? straighten(sform) : undefined;
  const chosen = soundSform && sformWins ? soundSform : (qform ?? straightened?.placement);
  if (!chosen || ![...chosen.columns.flat(), ...chosen.offset].every(Number.isFinite)) {
    throw inputError(
      'nifti-orientation',
      'The image has no usable orientation: its axes are singular, not perpendicular, or not numbers.',
      'Resample it onto a grid with perpendicular axes, or convert it again from DICOM.',
    );
  }
  const notes: string[] = [];
  if (qform && sform && !agree(sform, qform, 1e-3, 0.1)) {
    notes.push(
      `the image's qform and sform disagree; the ${chosen === qform ? 'qform' : 'sform'} was used, as ITK does`,
    );
  }
  if (straightened) {
    notes.push(
      `the image's sform is sheared by ${percent(straightened.shear)}; the nearest perpendicular axes were taken`,
    );
  }
  if (
    sform &&
    chosen !== qform &&
    sform.columns.some((c, axis) => !(Math.abs(length(c) - forms.spacing[axis]) <= 1e-3))
  ) {
    notes.push("the image's sform and pixdim disagree about the voxel size; pixdim was used, as ITK does");
  }
  const [x, y, z] = chosen.columns.map(unit);
  const [right, anterior, superior] = chosen.offset;
  return {
    origin: [-right * forms.unitMm, -anterior * forms.unitMm, superior * forms.unitMm].map(
      noMinusZero,
    ) as Mutable3,
    direction: [-x[0], -y[0], -z[0], -x[1], -y[1], -z[1], x[2], y[2], z[2]].map(
      noMinusZero,
    ) as unknown as Matrix3,
    byQuaternion: chosen === qform,
    notes,
  };
}

type Mutable3 = [number, number, number];
const noMinusZero = (value: number): number => value + 0;

/** nifti1_io's `nifti_quatern_to_mat44`. */
function fromQuaternion({ quaternion, qfac, spacing, qoffset, round }: Forms): Placement {
  const m = rotationOf(quaternion);
  const size = [spacing[0], spacing[1], qfac < 0 ? -spacing[2] : spacing[2]];
  const column = (j: 0 | 1 | 2): Triple => [
    round(m[j] * size[j]),
    round(m[3 + j] * size[j]),
    round(m[6 + j] * size[j]),
  ];
  return { columns: [column(0), column(1), column(2)], offset: qoffset };
}

function rotationOf([b, c, d]: Triple): Matrix3 {
  const squares = b * b + c * c + d * d;
  let a = 1 - squares;
  if (a < 1e-7) {
    const scale = 1 / Math.sqrt(squares); // half a turn: the real part is rounding noise
    [a, b, c, d] = [0, b * scale, c * scale, d * scale];
  } else {
    a = Math.sqrt(a);
  }
  return [
    a * a + b * b - c * c - d * d,
    2 * (b * c - a * d),
    2 * (b * d + a * c),
    2 * (b * c + a * d),
    a * a + c * c - b * b - d * d,
    2 * (c * d - a * b),
    2 * (b * d - a * c),
    2 * (c * d + a * b),
    a * a + d * d - c * c - b * b,
  ];
}

function fromRows({ srows: s }: Forms): Placement {
  return {
    columns: [
      [s[0], s[4], s[8]],
      [s[1], s[5], s[9]],
      [s[2], s[6], s[10]],
    ],
    offset: [s[3], s[7], s[11]],
  };
}

const dot = (a: Triple, b: Triple): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
const length = (a: Triple): number => Math.sqrt(dot(a, a));
const unit = (a: Triple): Triple => {
  const norm = length(a);
  return [a[0] / norm, a[1] / norm, a[2] / norm];
};

/** The sform on the perpendicular axes nearest to its own; nothing for one that is singular or sheared by more than rounding. */
function straighten(sform: Placement): { placement: Placement; shear: number } | undefined {
  const [x, y, z] = sform.columns.map(unit);
  const shear = Math.max(Math.abs(dot(x, y)), Math.abs(dot(x, z)), Math.abs(dot(y, z)));
  if (!(shear <= SHEAR_MOST)) return undefined;
  const m = nearestOrthogonal3([x[0], y[0], z[0], x[1], y[1], z[1], x[2], y[2], z[2]]);
  return {
    placement: {
      columns: [
        [m[0], m[3], m[6]],
        [m[1], m[4], m[7]],
        [m[2], m[5], m[8]],
      ],
      offset: sform.offset,
    },
    shear,
  };
}

const percent = (share: number): string => `${(100 * share).toPrecision(2)} %`;

const perpendicular = ({ columns }: Placement): boolean => unitary(columns.map(unit));

function unitary(axes: readonly Triple[]): boolean {
  return axes.every((a, i) =>
    axes.every((b, j) => Math.abs(dot(a, b) - (i === j ? 1 : 0)) <= ORTHONORMAL_WITHIN),
  );
}

/** Whether a direction's axes are perpendicular and of unit length, to ITK's tolerance. */
export function isOrthonormal(m: Matrix3): boolean {
  return unitary([0, 1, 2].map((axis): Triple => [m[axis], m[3 + axis], m[6 + axis]]));
}

function agree(one: Placement, other: Placement, axesWithin: number, offsetWithin: number): boolean {
  const near = (a: Triple, b: Triple, within: number) =>
    a.every((value, i) => Math.abs(value - b[i]) <= within);
  return (
    near(one.offset, other.offset, offsetWithin) &&
    one.columns.every((c, axis) => {
      const o = other.columns[axis];
      return near(unit(c), unit(o), axesWithin) && Math.abs(length(c) - length(o)) <= axesWithin;
    })
  );
}

/**
 * The qform of a direction: nifti1_io's `nifti_mat44_to_quatern` for orthonormal axes.
 * @param direction RAS, columns are axes
 */
export function quaternionOf(direction: Matrix3): { quaternion: Triple; qfac: 1 | -1 } {
  const [r00, r01, , r10, r11, , r20, r21] = direction;
  const handed =
    r00 * (r11 * direction[8] - direction[5] * r21) -
    r01 * (r10 * direction[8] - direction[5] * r20) +
    direction[2] * (r10 * r21 - r11 * r20);
  const qfac = handed < 0 ? -1 : 1;
  const [r02, r12, r22] = [direction[2] * qfac, direction[5] * qfac, direction[8] * qfac];
  const trace = r00 + r11 + r22;
  if (trace > -0.5) {
    const a = 0.5 * Math.sqrt(1 + trace);
    return { quaternion: [(r21 - r12) / (4 * a), (r02 - r20) / (4 * a), (r10 - r01) / (4 * a)], qfac };
  }
  const [xd, yd, zd] = [1 + r00 - r11 - r22, 1 + r11 - r00 - r22, 1 + r22 - r00 - r11];
  let q: readonly [number, number, number, number];
  if (xd > 1) {
    const b = 0.5 * Math.sqrt(xd);
    q = [(r21 - r12) / (4 * b), b, (r01 + r10) / (4 * b), (r02 + r20) / (4 * b)];
  } else if (yd > 1) {
    const c = 0.5 * Math.sqrt(yd);
    q = [(r02 - r20) / (4 * c), (r01 + r10) / (4 * c), c, (r12 + r21) / (4 * c)];
  } else {
    const d = 0.5 * Math.sqrt(zd);
    q = [(r10 - r01) / (4 * d), (r02 + r20) / (4 * d), (r12 + r21) / (4 * d), d];
  }
  const sign = q[0] < 0 ? -1 : 1;
  return { quaternion: [sign * q[1], sign * q[2], sign * q[3]], qfac };
}
