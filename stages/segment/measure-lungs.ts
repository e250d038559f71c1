/** What is known of a pair of lungs once they are labelled: volume, place, density. */
import { anatomicalAxes } from '../../src/imaging/anatomical-axes.js';
import { determinant3, indexToPoint, type Geometry, type PointLps } from '../../src/imaging/geometry.js';
import type { RowExtents } from '../../src/imaging/row-extents.js';
import { LEFT_LUNG, RIGHT_LUNG, type CtVolume, type LungLabels } from '../../src/imaging/volume.js';

export interface LungMeasures {
  readonly ml: number;
  /** Centre of mass, LPS mm. */
  readonly centreLps: PointLps;
  /** Area of the lung in the scan's outermost slices, cm^2. */
  readonly edgeCm2: EdgeAreas;
}

/** Towards the feet, towards the head, and the other four together. */
export interface EdgeAreas {
  readonly lower: number;
  readonly upper: number;
  readonly sides: number;
}

export interface PairMeasures {
  readonly right: LungMeasures;
  readonly left: LungMeasures;
  /** Mean over both lungs, HU. */
  readonly meanHu: number;
  /** Share of both lungs' voxels below -950 HU, per cent (LAA-950: Gevenois et al. 1996). */
  readonly emphysemaPercent: number;
}

const EMPHYSEMA_HU = -950;

/** @param extents where in each row the labels lie */
export function measureLungs(
  { voxels }: CtVolume,
  { voxels: labels, geometry }: LungLabels,
  extents: RowExtents,
): PairMeasures {
  const [nx, ny, nz] = geometry.size;
  const counts = [0, 0, 0];
  const sums = [0, 1, 2].map(() => [0, 0, 0]);
  // For each label, the voxels in the scan's first and last planes along x, y and z.
  const ends = [0, 1, 2].map(() => [0, 0, 0].map(() => [0, 0]));
  let [sumHu, dark] = [0, 0];
  for (let k = 0, r = 0; k < nz; k++) {
    for (let j = 0; j < ny; j++, r++) {
      const row = nx * r;
      const end = row + extents[2 * r + 1];
      for (let i = row + extents[2 * r]; i < end;) {
        const label = labels[i];
        const first = i;
        if (label === 0) {
          do i++;
          while (i < end && labels[i] === 0);
          continue;
        }
        do {
          const hu = voxels[i];
          sumHu += hu;
          if (hu < EMPHYSEMA_HU) dark++;
          i++;
        } while (i < end && labels[i] === label);
        addRun(label, first - row, i - row, j, k);
      }
    }
  }

  /** Voxels of one label, side by side along x. */
  function addRun(label: number, from: number, to: number, j: number, k: number): void {
    const count = to - from;
    counts[label] += count;
    sums[label][0] += (count * (from + to - 1)) / 2;
    sums[label][1] += count * j;
    sums[label][2] += count * k;
    const [alongX, alongY, alongZ] = ends[label];
    if (from === 0) alongX[0]++;
    if (to === nx) alongX[1]++;
    if (j === 0) alongY[0] += count;
    if (j === ny - 1) alongY[1] += count;
    if (k === 0) alongZ[0] += count;
    if (k === nz - 1) alongZ[1] += count;
  }

  const both = counts[RIGHT_LUNG] + counts[LEFT_LUNG];
  const voxelMl =
    (geometry.spacing[0] *
      geometry.spacing[1] *
      geometry.spacing[2] *
      Math.abs(determinant3(geometry.direction))) /
    1000;
  const lung = (label: number): LungMeasures => {
    const [x, y, z] = sums[label].map((sum) => sum / counts[label]);
    return {
      ml: counts[label] * voxelMl,
      centreLps: indexToPoint(geometry, [x, y, z]),
      edgeCm2: edgeAreas(ends[label], geometry),
    };
  };
  return {
    right: lung(RIGHT_LUNG),
    left: lung(LEFT_LUNG),
    meanHu: sumHu / both,
    emphysemaPercent: (100 * dark) / both,
  };
}

/** @param ends voxels in the first and last plane along each of the scan's axes */
function edgeAreas(ends: readonly (readonly number[])[], geometry: Geometry): EdgeAreas {
  const [x, y, z] = anatomicalAxes(geometry).map(({ axis, flipped }) => {
    const [a, b] = geometry.spacing.filter((_, other) => other !== axis);
    const areas = ends[axis].map((count) => (count * a * b) / 100);
    return flipped ? areas.reverse() : areas;
  });
  return { lower: z[0], upper: z[1], sides: x[0] + x[1] + y[0] + y[1] };
}
