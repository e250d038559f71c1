/** One member of the cohort: everything that makes it differ from the mean chest, fixed by (seed, index) alone. */
import type { AffineLps, Matrix3, PointLps } from '../../src/imaging/space/geometry.js';
import { between, normal, purpose, randomFor, type Random } from './random.js';

export interface PhantomSubject {
  readonly sid: string;
  readonly seed: number;
  readonly index: number;
  /** Emphysema, 0 (none) to 1. */
  readonly severity: number;
  /** Where the scanner's table puts the middle of the chest, LPS mm: the CT grid's centre, but for a small error. */
  readonly isocentre: PointLps;
  readonly affine: AffineLps;
  readonly deformation: readonly Mode[];
}

/** A standing wave: displacement * sin(k . (p - isocentre) + phase) along x, times the same along y and z. */
export interface Mode {
  readonly displacement: PointLps;
  /** Radians per mm. */
  readonly frequency: PointLps;
  readonly phase: PointLps;
}

export function phantomSubject(seed: number, index: number): PhantomSubject {
  const severity = severityOf(seed, index);
  const pose = randomFor(seed, index, purpose.pose);
  const isocentre: PointLps = [
    between(pose, -15, 15),
    between(pose, -25, 25),
    Math.round(between(pose, -400, 400)) / 2,
  ];
  const matrix = rotated(scales(randomFor(seed, index, purpose.build), severity), pose);
  const offset: PointLps = [
    isocentre[0] + between(pose, -6, 6),
    isocentre[1] + between(pose, -6, 6),
    isocentre[2] + between(pose, -4, 4),
  ];
  const waves = randomFor(seed, index, purpose.deformation);
  return {
    sid: `phantom-${String(index).padStart(4, '0')}`,
    seed,
    index,
    severity,
    isocentre,
    affine: { matrix, offset },
    deformation: Array.from({ length: 4 }, () => wave(waves)),
  };
}

/** Golden-ratio steps spread severity evenly over a cohort of any size. */
function severityOf(seed: number, index: number): number {
  const start = randomFor(seed, purpose.severity)();
  return (start + index * 0.6180339887498949) % 1;
}

/** A person's size, their build along each axis, and the barrel chest of hyperinflation. */
function scales(random: Random, severity: number): PointLps {
  const size = 0.99 + 0.04 * normal(random);
  const clamped = Math.min(Math.max(size, 0.9), 1.06);
  return [
    clamped * between(random, 0.97, 1.03),
    clamped * (between(random, 0.97, 1.03) + 0.04 * severity),
    clamped * (between(random, 0.97, 1.02) + 0.03 * severity),
  ];
}

/** Scale, then turn by a few degrees about x, y and z: nobody lies quite straight. */
function rotated([sx, sy, sz]: PointLps, random: Random): Matrix3 {
  const degrees = (limit: number): number => (between(random, -limit, limit) * Math.PI) / 180;
  const [a, b, c] = [degrees(4), degrees(3), degrees(4)];
  const [ca, sa, cb, sb, cc, sc] = [
    Math.cos(a),
    Math.sin(a),
    Math.cos(b),
    Math.sin(b),
    Math.cos(c),
    Math.sin(c),
  ];
  return [
    cc * cb * sx,
    (cc * sb * sa - sc * ca) * sy,
    (cc * sb * ca + sc * sa) * sz,
    sc * cb * sx,
    (sc * sb * sa + cc * ca) * sy,
    (sc * sb * ca - cc * sa) * sz,
    -sb * sx,
    cb * sa * sy,
    cb * ca * sz,
  ];
}

/** At most 2.5 mm along each axis over wavelengths of 260 mm and more: four such waves can never fold space. */
function wave(random: Random): Mode {
  const each = (low: number, high: number): PointLps => [
    between(random, low, high),
    between(random, low, high),
    between(random, low, high),
  ];
  const wavelength = each(260, 420);
  return {
    displacement: each(-2.5, 2.5),
    frequency: [(2 * Math.PI) / wavelength[0], (2 * Math.PI) / wavelength[1], (2 * Math.PI) / wavelength[2]],
    phase: each(0, 2 * Math.PI),
  };
}
