/** What is known of a pair of lungs once they are labelled: volume, place, density. */
import { anatomicalAxes } from '../../src/imaging/anatomical-axes.js';
import { determinant3, indexToPoint, type PointLps } from '../../src/imaging/geometry.js';
import { LEFT_LUNG, RIGHT_LUNG, type CtVolume, type LungLabels } from '../../src/imaging/volume.js';

export interface LungMeasures {
  readonly ml: number;
  /** Centre of mass, LPS mm. */
  readonly centreLps: PointLps;
  /** Area of the lung in the scan's lowest and highest axial slice, cm^2. */
  readonly lowestCm2: number;
  readonly highestCm2: number;
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
    const [lowestCm2, highestCm2] = endAreas({ voxels: labels, geometry }, label);
    return {
      ml: count[label] * voxelMl,
      centreLps: indexToPoint(geometry, [x, y, z]),
      lowestCm2,
      highestCm2,
    };
  };
  return {
    right: lung(RIGHT_LUNG),
    left: lung(LEFT_LUNG),
    meanHu: sumHu / both,
    emphysemaPercent: (100 * dark) / both,
  };
}

/** Area of a label in the slice nearest the feet and in that nearest the head, cm^2. */
function endAreas(
  { voxels, geometry: { size, spacing, ...rest } }: LungLabels,
  label: number,
): [number, number] {
  const { axis, flipped } = anatomicalAxes({ size, spacing, ...rest })[2];
  const [a, b] = [0, 1, 2].filter((other) => other !== axis);
  const strides = [1, size[0], size[0] * size[1]];
  const area = (at: number) => {
    let count = 0;
    for (let v = 0; v < size[b]; v++) {
      for (let u = 0; u < size[a]; u++) {
        if (voxels[at * strides[axis] + u * strides[a] + v * strides[b]] === label) count++;
      }
    }
    return (count * spacing[a] * spacing[b]) / 100;
  };
  const ends: [number, number] = [area(0), area(size[axis] - 1)];
  return flipped ? [ends[1], ends[0]] : ends;
}
