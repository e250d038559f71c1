/** The grid that a file would have, had it been stored in another order: the rounding of its header included. */
import type { Geometry, Matrix3, PointLps } from '../../imaging/space/geometry.js';
import { reorientation, reorientGeometry, type Reorientation } from '../../imaging/space/reorient.js';
import type { StorageOrder } from '../../imaging/space/storage-order.js';
import type { NiftiHeader } from './header.js';

export interface StoredInOrder {
  readonly geometry: Geometry;
  /** What brings the voxels there; undefined when they are in that order. */
  readonly change?: Reorientation;
}

/** @param order without, the file's own */
export function storedInOrder(header: NiftiHeader, order: StorageOrder | undefined): StoredInOrder {
  const change = order && reorientation(header.geometry, order);
  if (!change) return { geometry: header.geometry };
  const turned = reorientGeometry(header.geometry, change);
  const { unitMm, byQuaternion, version } = header;
  const origin = turned.origin.map(
    (mm, axis) => unitMm * settle(mm / unitMm, header.geometry.origin[axis] / unitMm, PRECISIONS[version]),
  ) as unknown as PointLps;
  const direction = byQuaternion ? straightened(turned.direction) : turned.direction;
  return { geometry: { ...turned, origin, direction }, change };
}

interface Precision {
  readonly round: (value: number) => number;
  readonly mantissaBits: number;
}

/** By NIfTI's version. */
const PRECISIONS: Readonly<Record<1 | 2, Precision>> = {
  1: { round: Math.fround, mantissaBits: 23 },
  2: { round: (value) => value, mantissaBits: 52 },
};

/** Places that scanners give of a position, mm; rounding noise has more. */
const FEW_DECIMALS = 3;

/**
 * An origin's component in the new order, as a header holds it. The rounding of the old one hides less than half a last
 * place of the new one unless that is the smaller number. Then a short decimal that is as near as may be is taken for what
 * was there before the rounding.
 */
function settle(computed: number, stored: number, precision: Precision): number {
  const doubt = lastPlace(stored, precision);
  const { round } = precision;
  if (doubt > lastPlace(computed, precision)) {
    // Half a place hides in the old number; a double loses as much again in the sum.
    const within = precision === PRECISIONS[1] ? doubt * 0.500001 : doubt;
    const decimal = Number(computed.toFixed(FEW_DECIMALS));
    if (Math.abs(decimal - computed) <= within) return round(decimal) + 0;
  }
  return round(computed) + 0;
}

const lastPlace = (value: number, { mantissaBits }: Precision): number =>
  value === 0 ? 0 : 2 ** (Math.floor(Math.log2(Math.abs(value))) - mantissaBits);

const QUATERNION_WITHIN = 1e-6;

/** Axes that exchange their places leave a rounded quaternion's noise where a header in the new order has 0 and 1. */
const straightened = (direction: Matrix3): Matrix3 =>
  direction.map((entry) =>
    Math.abs(entry - Math.round(entry)) < QUATERNION_WITHIN ? Math.round(entry) + 0 : entry,
  ) as unknown as Matrix3;
