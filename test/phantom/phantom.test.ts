import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { landmarkPoints, phantomAtlas } from '../../data/phantom/atlas.js';
import { labelledMl, phantomVolume, type Phantom } from '../../data/phantom/phantom.js';
import { skinDistance } from '../../data/phantom/soft-tissue.js';
import { phantomSubject } from '../../data/phantom/subject.js';
import { centralAirways } from '../../data/phantom/tracts.js';
import { GridToMean, meanToSubject, subjectToMean } from '../../data/phantom/warp.js';
import type { Atlas } from '../../src/imaging/atlas/atlas.js';
import { pointToIndex, type PointLps } from '../../src/imaging/space/geometry.js';
import { LEFT_LUNG, RIGHT_LUNG } from '../../src/imaging/space/volume.js';

const SEED = 3;
const SPACING = 3;

describe('phantom', () => {
  let cohort: Phantom[];
  let atlas: Atlas;
  before(() => {
    cohort = Array.from({ length: 5 }, (_, index) => phantomVolume(index, SEED, SPACING));
    atlas = phantomAtlas();
  });

  it('is the same each time, and its anatomy whatever the spacing', () => {
    const again = phantomVolume(2, SEED, SPACING);
    assert.deepEqual(again.ct.voxels, cohort[2].ct.voxels);
    assert.deepEqual(again.lungs.voxels, cohort[2].lungs.voxels);
    const coarse = phantomVolume(2, SEED, [4, 5]);
    assert.deepEqual(coarse.truth, cohort[2].truth);
    for (const side of [RIGHT_LUNG, LEFT_LUNG]) {
      const ratio = labelledMl(coarse, side) / labelledMl(cohort[2], side);
      assert.ok(Math.abs(ratio - 1) < 0.02, `label ${side}: ${ratio}`);
    }
  });

  it('has lungs of plausible volume, the right one larger, whole in the field of view', () => {
    for (const phantom of cohort) {
      const [right, left] = [labelledMl(phantom, RIGHT_LUNG), labelledMl(phantom, LEFT_LUNG)];
      assert.ok(right > 1000 && right < 4000 && left > 1000 && left < 4000, `${right} ${left}`);
      assert.ok(right / left > 1.02 && right / left < 1.4, `ratio ${right / left}`);
      const { size } = phantom.lungs.geometry;
      eachVoxel(phantom, (label, at) => {
        if (label !== 0)
          for (let axis = 0; axis < 3; axis++) assert.ok(at[axis] > 0 && at[axis] < size[axis] - 1);
      });
    }
  });

  it('puts the right lung on the right: at smaller x, as the mean of its voxels', () => {
    for (const phantom of cohort) {
      const sum = [0, 0, 0];
      const count = [0, 0, 0];
      eachVoxel(phantom, (label, [i]) => {
        sum[label] += i;
        count[label] += 1;
      });
      assert.ok(sum[RIGHT_LUNG] / count[RIGHT_LUNG] < sum[LEFT_LUNG] / count[LEFT_LUNG]);
    }
  });

  it('has the densities of a chest CT', () => {
    for (const phantom of cohort) {
      const lung = meanHu(phantom, (label) => label !== 0);
      assert.ok(lung > -900 && lung < -770, `lung ${lung}`);
      const { geometry, voxels } = phantom.ct;
      const huAt = (point: PointLps): number => {
        const [i, j, k] = pointToIndex(geometry, meanToSubject(phantom.truth, point)).map(Math.round);
        return voxels[i + geometry.size[0] * (j + geometry.size[1] * k)];
      };
      assert.ok(Math.abs(huAt([20, -25, -20]) - 44) < 60, 'heart');
      assert.ok(Math.abs(huAt([-70, 0, -90]) - 58) < 60, 'liver');
      assert.ok(huAt([0, 50, 8]) > 80, 'vertebra');
      assert.ok(huAt([0, 150, 0]) < -300, 'outside');
    }
  });

  it('holds more low attenuation the more severe its emphysema', () => {
    const bySeverity = cohort
      .map((phantom) => ({ severity: phantom.truth.severity, share: lowAttenuation(phantom) }))
      .sort((a, b) => a.severity - b.severity);
    for (let i = 1; i < bySeverity.length; i++)
      assert.ok(bySeverity[i].share > bySeverity[i - 1].share, JSON.stringify(bySeverity));
    assert.ok(bySeverity[0].share < 0.12 && bySeverity.at(-1)!.share > 0.15, JSON.stringify(bySeverity));
  });

  it('keeps trachea and main bronchi out of the labels, and fills them with air', () => {
    for (const { ct, lungs, truth } of cohort)
      for (const { from, to } of centralAirways) {
        const middle: PointLps = [(from[0] + to[0]) / 2, (from[1] + to[1]) / 2, (from[2] + to[2]) / 2];
        if (middle[2] > 130) continue; // above the field of view
        const [i, j, k] = pointToIndex(ct.geometry, meanToSubject(truth, middle)).map(Math.round);
        const at = i + ct.geometry.size[0] * (j + ct.geometry.size[1] * k);
        assert.equal(lungs.voxels[at], 0, `labelled at ${middle.join()}`);
        assert.ok(ct.voxels[at] < -700, `${ct.voxels[at]} HU at ${middle.join()}`);
      }
  });

  it('maps both ways between the mean chest and a subject, the grid by the same map', () => {
    for (const { truth, ct } of cohort) {
      const toMean = new GridToMean(truth, ct.geometry);
      const row = new Float64Array(3 * ct.geometry.size[0]);
      toMean.row(40, 50, row);
      const { origin, spacing } = ct.geometry;
      const point: PointLps = [
        origin[0] + 30 * spacing[0],
        origin[1] + 40 * spacing[1],
        origin[2] + 50 * spacing[2],
      ];
      const mean = subjectToMean(truth, point);
      near([row[90], row[91], row[92]], mean, 1e-9);
      near(meanToSubject(truth, mean), point, 1e-8);
    }
  });

  it('bends subjects by a few millimetres around their affine', () => {
    const subject = phantomSubject(SEED, 1);
    const straight = { ...subject, deformation: [] };
    const bends = landmarkPoints(atlas).map((point) => {
      const [bent, unbent] = [meanToSubject(subject, point), meanToSubject(straight, point)];
      return Math.hypot(bent[0] - unbent[0], bent[1] - unbent[1], bent[2] - unbent[2]);
    });
    const mean = bends.reduce((sum, mm) => sum + mm, 0) / bends.length;
    assert.ok(mean > 0.3 && Math.max(...bends) < 12, `mean ${mean}, most ${Math.max(...bends)}`);
  });

  it('comes with an atlas in the conventions of the COPDGene one, whose landmarks lie in the body', () => {
    assert.deepEqual(atlas.lungs.geometry.direction, [1, 0, 0, 0, -1, 0, 0, 0, 1]);
    assert.ok(atlas.count > 350 && atlas.count < 700, `${atlas.count} landmarks`);
    for (const [x, y, z] of landmarkPoints(atlas)) {
      // A corner is the low one of 32 voxels of which some are lung: the patch's middle is in the body.
      assert.ok(skinDistance(x + 16, y - 16, z + 16) < 0, `${x} ${y} ${z}`);
    }
  });

  it('has labels that agree with the mapped atlas', () => {
    const { geometry, voxels } = atlas.lungs;
    for (const phantom of cohort.slice(0, 2)) {
      let [same, all] = [0, 0];
      const { origin, spacing } = phantom.lungs.geometry;
      eachVoxel(phantom, (label, [i, j, k]) => {
        if (label === 0) return;
        const point: PointLps = [
          origin[0] + i * spacing[0],
          origin[1] + j * spacing[1],
          origin[2] + k * spacing[2],
        ];
        const [u, v, w] = pointToIndex(geometry, subjectToMean(phantom.truth, point)).map(Math.round);
        if (voxels[u + geometry.size[0] * (v + geometry.size[1] * w)] === label) same += 1;
        all += 1;
      });
      assert.ok(same / all > 0.97, `${same / all}`); // the rest is rounding to atlas voxels, at the surface
    }
  });
});

function eachVoxel({ lungs }: Phantom, visit: (label: number, at: readonly number[]) => void): void {
  const [nx, ny, nz] = lungs.geometry.size;
  for (let k = 0, voxel = 0; k < nz; k++)
    for (let j = 0; j < ny; j++) for (let i = 0; i < nx; i++, voxel++) visit(lungs.voxels[voxel], [i, j, k]);
}

function meanHu({ ct, lungs }: Phantom, wanted: (label: number) => boolean): number {
  let [sum, count] = [0, 0];
  for (let at = 0; at < ct.voxels.length; at++)
    if (wanted(lungs.voxels[at])) {
      sum += ct.voxels[at];
      count += 1;
    }
  return sum / count;
}

/** Share of the lungs under -950 HU (LAA-950, the clinical measure of emphysema). */
function lowAttenuation({ ct, lungs }: Phantom): number {
  let [low, all] = [0, 0];
  for (let at = 0; at < ct.voxels.length; at++)
    if (lungs.voxels[at] !== 0) {
      all += 1;
      if (ct.voxels[at] < -950) low += 1;
    }
  return low / all;
}

function near(a: PointLps, b: PointLps, within: number): void {
  for (let axis = 0; axis < 3; axis++)
    assert.ok(Math.abs(a[axis] - b[axis]) < within, `${a.join()} ${b.join()}`);
}
