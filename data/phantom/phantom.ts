/** The digital chest phantom: a CT with its truth, from two numbers. */
import { determinant3, type Geometry } from '../../src/imaging/space/geometry.js';
import { renderSubject, type Scan } from './render.js';
import { phantomSubject, type PhantomSubject } from './subject.js';

/** Millimetres: one number, or in-plane and between slices. */
export type Spacing = number | readonly [inPlane: number, slice: number];

/** Millimetres of the square axial plane, and along the body. */
export type FieldOfView = readonly [inPlane: number, along: number];

export const CHEST_FIELD_OF_VIEW: FieldOfView = [360, 310];

export interface Phantom extends Scan {
  readonly truth: PhantomSubject;
}

/**
 * The subject's scan in memory: HU (int16) and labels 1 = right, 2 = left lung, both on the same grid.
 * Anatomy depends on (seed, index) only; the grid on spacing and field of view too.
 */
export function phantomVolume(
  index: number,
  seed: number,
  spacing: Spacing,
  fieldOfView: FieldOfView = CHEST_FIELD_OF_VIEW,
): Phantom {
  const truth = phantomSubject(seed, index);
  return { ...renderSubject(truth, scanGrid(truth, spacing, fieldOfView)), truth };
}

/** A grid along the axes, centred where the table holds the chest. */
function scanGrid({ isocentre }: PhantomSubject, spacing: Spacing, fieldOfView: FieldOfView): Geometry {
  const [inPlane, slice] = typeof spacing === 'number' ? [spacing, spacing] : spacing;
  const columns = Math.round(fieldOfView[0] / inPlane);
  const slices = Math.round(fieldOfView[1] / slice);
  const start = (centre: number, count: number, step: number): number => centre - ((count - 1) / 2) * step;
  return {
    size: [columns, columns, slices],
    spacing: [inPlane, inPlane, slice],
    origin: [
      start(isocentre[0], columns, inPlane),
      start(isocentre[1], columns, inPlane),
      start(isocentre[2], slices, slice),
    ],
    direction: [1, 0, 0, 0, 1, 0, 0, 0, 1],
  };
}

/** Volume of the labelled voxels, millilitres. */
export function labelledMl({ lungs: { voxels, geometry } }: Scan, label: number): number {
  let count = 0;
  for (const value of voxels) if (value === label) count += 1;
  const { spacing, direction } = geometry;
  return (count * spacing[0] * spacing[1] * spacing[2] * Math.abs(determinant3(direction))) / 1000;
}
