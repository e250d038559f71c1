/**
 * The map between the mean chest and a subject: first the affine, then the inverse of p + d(p), where d is the
 * subject's sum of waves. From subject to mean it is closed-form, which is what filling a voxel grid asks for;
 * the other way is a contraction, iterated to 1e-9 mm.
 */
import { invertAffine } from '../../src/imaging/space/affine.js';
import {
  applyAffine,
  type AffineLps,
  type Geometry,
  type PointLps,
} from '../../src/imaging/space/geometry.js';
import type { Mode, PhantomSubject } from './subject.js';

export function subjectToMean(subject: PhantomSubject, pointLps: PointLps): PointLps {
  return applyAffine(invertAffine(subject.affine), added(pointLps, displacement(subject, pointLps)));
}

export function meanToSubject(subject: PhantomSubject, pointLps: PointLps): PointLps {
  const target = applyAffine(subject.affine, pointLps);
  let point = target;
  for (;;) {
    const [dx, dy, dz] = displacement(subject, point);
    const next: PointLps = [target[0] - dx, target[1] - dy, target[2] - dz];
    const step = Math.hypot(next[0] - point[0], next[1] - point[1], next[2] - point[2]);
    point = next;
    if (step < 1e-9) return point;
  }
}

function displacement({ deformation, isocentre }: PhantomSubject, point: PointLps): PointLps {
  const sum: [number, number, number] = [0, 0, 0];
  for (const mode of deformation) {
    let height = 1;
    for (let axis = 0; axis < 3; axis++) height *= waveAlong(mode, axis, point[axis] - isocentre[axis]);
    for (let axis = 0; axis < 3; axis++) sum[axis] += height * mode.displacement[axis];
  }
  return sum;
}

const waveAlong = ({ frequency, phase }: Mode, axis: number, distance: number): number =>
  Math.sin(frequency[axis] * distance + phase[axis]);

const added = (a: PointLps, b: PointLps): PointLps => [a[0] + b[0], a[1] + b[1], a[2] + b[2]];

/** `subjectToMean` for the voxels of a grid that lies along the axes: waves are products, so three tables do. */
export class GridToMean {
  readonly #inverse: AffineLps;
  readonly #modes: readonly { readonly mode: Mode; readonly tables: readonly Float64Array[] }[];
  readonly #geometry: Geometry;

  constructor(subject: PhantomSubject, geometry: Geometry) {
    this.#geometry = geometry;
    this.#inverse = invertAffine(subject.affine);
    const { size, origin, spacing } = geometry;
    this.#modes = subject.deformation.map((mode) => ({
      mode,
      tables: [0, 1, 2].map((axis) =>
        Float64Array.from({ length: size[axis] }, (_, i) =>
          waveAlong(mode, axis, origin[axis] + i * spacing[axis] - subject.isocentre[axis]),
        ),
      ),
    }));
  }

  /** Mean-chest points of row (j, k) into `row`, `[i, (x, y, z)]`. */
  row(j: number, k: number, row: Float64Array): void {
    const { size, origin, spacing } = this.#geometry;
    const [y, z] = [origin[1] + j * spacing[1], origin[2] + k * spacing[2]];
    for (let i = 0; i < size[0]; i++) {
      row[3 * i] = origin[0] + i * spacing[0];
      row[3 * i + 1] = y;
      row[3 * i + 2] = z;
    }
    for (const { mode, tables } of this.#modes) {
      const across = tables[1][j] * tables[2][k];
      const [dx, dy, dz] = mode.displacement;
      for (let i = 0; i < size[0]; i++) {
        const height = across * tables[0][i];
        row[3 * i] += height * dx;
        row[3 * i + 1] += height * dy;
        row[3 * i + 2] += height * dz;
      }
    }
    const { matrix: m, offset: o } = this.#inverse;
    for (let i = 0; i < size[0]; i++) {
      const [x, y, z] = [row[3 * i], row[3 * i + 1], row[3 * i + 2]];
      row[3 * i] = m[0] * x + m[1] * y + m[2] * z + o[0];
      row[3 * i + 1] = m[3] * x + m[4] * y + m[5] * z + o[1];
      row[3 * i + 2] = m[6] * x + m[7] * y + m[8] * z + o[2];
    }
  }
}
