/** What is known of a pair of lungs once they are labelled: volume, place, density. */
import { anatomicalAxes } from '../../src/imaging/anatomical-axes.js';
import { determinant3, indexToPoint, type PointLps } from '../../src/imaging/geometry.js';
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

export function measureLungs({ voxels }: CtVolume, { voxels: labels, geometry }: LungLabels): PairMeasures {
  const [nx, ny, nz] = geometry.size;
  const count = [0, 0, 0];
  const sums = [0, 1, 2].map(() => [0, 0, 0]);
  let [sumHu, dark] = [0, 0];
  for (let k = 0, row = 0; k < nz; k++) {
    for (let j = 0; j < ny; j++, row += nx) {
      for (let i = 0; i < nx; i++) {
        const label = labels[row + i];
        if (label === 0) continue;
        const hu = voxels[row + i];
        const sum = sums[label];
        count[label]++;
        sum[0] += i;
        sum[1] += j;
        sum[2] += k;
        sumHu += hu;
        if (hu < EMPHYSEMA_HU) dark++;
      }
    }
  }
  const both = count[RIGHT_LUNG] + count[LEFT_LUNG];
  const voxelMl =
    (geometry.spacing[0] *
      geometry.spacing[1] *
      geometry.spacing[2] *
      Math.abs(determinant3(geometry.direction))) /
    1000;
  const lung = (label: number): LungMeasures => {
    const [x, y, z] = sums[label].map((sum) => sum / count[label]);
    return {
      ml: count[label] * voxelMl,
      centreLps: indexToPoint(geometry, [x, y, z]),
      edgeCm2: edgeAreas({ voxels: labels, geometry }, label),
    };
  };
  return {
    right: lung(RIGHT_LUNG),
    left: lung(LEFT_LUNG),
    meanHu: sumHu / both,
    emphysemaPercent: (100 * dark) / both,
  };
}

function edgeAreas({ voxels, geometry }: LungLabels, label: number): EdgeAreas {
  const { size, spacing } = geometry;
  const strides = [1, size[0], size[0] * size[1]];
  const area = (axis: number, at: number): number => {
    const [a, b] = [0, 1, 2].filter((other) => other !== axis);
    let count = 0;
    for (let v = 0; v < size[b]; v++) {
      for (let u = 0; u < size[a]; u++) {
        if (voxels[at * strides[axis] + u * strides[a] + v * strides[b]] === label) count++;
      }
    }
    return (count * spacing[a] * spacing[b]) / 100;
  };
  const [x, y, z] = anatomicalAxes(geometry).map(({ axis, flipped }) => {
    const ends = [area(axis, 0), area(axis, size[axis] - 1)];
    return flipped ? ends.reverse() : ends;
  });
  return { lower: z[0], upper: z[1], sides: x[0] + x[1] + y[0] + y[1] };
}
