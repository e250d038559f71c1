/** What is known of a pair of lungs once they are labelled: volume, place, density. */
import { determinant3, indexToPoint, type PointLps } from '../space/geometry.js';
import type { RowExtents } from '../labels/row-extents.js';
import { LEFT_LUNG, RIGHT_LUNG, type CtVolume, type LungLabels } from '../space/volume.js';
import { cutBorder, type CutBorder } from './cut-border.js';

/** What was measured of one lung. */
export interface LungMeasures {
  readonly ml: number;
  /** Centre of mass, LPS mm. */
  readonly centreLps: PointLps;
  /** What the scan cuts off. */
  readonly cut: CutBorder;
}

/** What was measured of the two lungs found. */
export interface PairMeasures {
  readonly right: LungMeasures;
  readonly left: LungMeasures;
  /** Mean over both lungs, HU. */
  readonly meanHu: number;
  /** Share of both lungs' voxels below -950 HU, per cent (LAA-950: Gevenois et al. 1996). */
  readonly emphysemaPercent: number;
}

const EMPHYSEMA_HU = -950;

/**
 * @param extents where in each row the labels lie
 * @param field where in each row the scan was measured, as `fieldOfView` tells it; undefined: everywhere
 */
export function measureLungs(
  { voxels }: CtVolume,
  lungs: LungLabels,
  extents: RowExtents,
  field: RowExtents | undefined,
): PairMeasures {
  const { voxels: labels, geometry } = lungs;
  const [nx, ny, nz] = geometry.size;
  const counts = [0, 0, 0];
  const sums = [0, 1, 2].map(() => [0, 0, 0]);
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
  }

  const both = counts[RIGHT_LUNG] + counts[LEFT_LUNG];
  const voxelMl =
    (geometry.spacing[0] *
      geometry.spacing[1] *
      geometry.spacing[2] *
      Math.abs(determinant3(geometry.direction))) /
    1000;
  const cut = cutBorder(lungs, extents, field);
  const lung = (label: number, cut: CutBorder): LungMeasures => {
    const [x, y, z] = sums[label].map((sum) => sum / counts[label]);
    return {
      ml: counts[label] * voxelMl,
      centreLps: indexToPoint(geometry, [x, y, z]),
      cut,
    };
  };
  return {
    right: lung(RIGHT_LUNG, cut.right),
    left: lung(LEFT_LUNG, cut.left),
    meanHu: sumHu / both,
    emphysemaPercent: (100 * dark) / both,
  };
}
