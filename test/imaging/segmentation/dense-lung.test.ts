import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { consolidate, effusion } from '../../../data/phantom/disease.js';
import { phantomVolume } from '../../../data/phantom/phantom.js';
import { readNifti } from '../../../src/formats/nifti/index.js';
import { blockLabels } from '../../../src/imaging/labels/block-labels.js';
import { LEFT_LUNG, type CtVolume, type LungLabels } from '../../../src/imaging/space/volume.js';
import { coarsen } from '../../../src/imaging/segmentation/coarse-ct.js';
import { denseDoubts } from '../../../stages/segment/dense-doubts.js';
import { denseLung, missingPercent } from '../../../src/imaging/segmentation/dense-lung.js';
import { findLungs } from '../../../src/imaging/segmentation/find-lungs.js';
import { reorient } from '../space/plain-reorient.js';
import { syntheticChest } from './synthetic-chest.js';

/** What is told of the lungs that the search finds, or of labels. */
function told(ct: CtVolume, labels?: LungLabels) {
  const coarsened = coarsen(ct, -400);
  const lungs = labels ?? findLungs(ct, coarsened, 8).lungs;
  const { hu, grid } = coarsened.coarse;
  const dense = denseLung(hu, grid, blockLabels(lungs, coarsened.blocks));
  assert.ok(dense);
  return {
    right: missingPercent(dense.right),
    left: missingPercent(dense.left),
    flags: denseDoubts(dense),
  };
}

describe('dense lung in phantoms', () => {
  const { ct, lungs } = phantomVolume(3, 11, 3);

  it('is not seen in sound lungs', () => {
    for (const phantom of [{ ct }, phantomVolume(1, 2021, 2.5), phantomVolume(5, 11, [2, 5])]) {
      const { right, left, flags } = told(phantom.ct);
      assert.deepEqual(flags, []);
      assert.ok(Math.max(right, left) < 3, `${right} and ${left} %`);
    }
  });

  it('is told the more of the more there is at the back, never more than there is', () => {
    let before = { right: 0, left: 0 };
    for (const share of [0.15, 0.3, 0.45, 0.6]) {
      const now = told(consolidate(ct, lungs, { where: 'dorsal', share }));
      for (const side of ['right', 'left'] as const) {
        assert.ok(now[side] > before[side] && now[side] < 100 * share, `${side}: ${now[side]} % of ${share}`);
        assert.ok(now[side] > 50 * share, `${side}: ${now[side]} % of ${share}`);
      }
      assert.equal(now.flags.length, 2, now.flags.join());
      assert.match(
        now.flags[0],
        /^dense lung likely: at least \d+ % of the expected volume of the right lung is missing \(consolid/,
      );
      before = now;
    }
  });

  it('is counted where it is', () => {
    const ill = consolidate(ct, lungs, { where: 'dorsal', share: 0.4 });
    const coarsened = coarsen(ill, -400);
    const { coarse, blocks } = coarsened;
    const labels = blockLabels(findLungs(ill, coarsened, 8).lungs, blocks);
    const mark = new Uint8Array(labels.length);
    denseLung(coarse.hu, coarse.grid, labels, mark);
    const truth = blockLabels(lungs, blocks);
    const counted = mark.filter((label) => label !== 0).length;
    const right = mark.filter((label, i) => label !== 0 && label === truth[i]).length;
    assert.ok(right > 0.9 * counted, `${right} of ${counted}`);
  });

  it('is told of the side that is ill alone', () => {
    const { right, flags } = told(effusion(ct, lungs, { share: 0.25, sides: [LEFT_LUNG] }));
    assert.ok(right < 3);
    assert.equal(flags.length, 1);
    assert.match(flags[0], /left lung is missing/);
  });

  it('is told of an upper lobe by the height of the other lung', () => {
    const { flags } = told(consolidate(ct, lungs, { where: 'upper', share: 0.3, sides: [LEFT_LUNG] }));
    assert.match(flags.join(), /^dense lung likely.*left lung is missing/);
  });

  it('makes one base stand far above the other', () => {
    const { flags } = told(consolidate(ct, lungs, { where: 'basal', share: 0.5, sides: [LEFT_LUNG] }));
    assert.match(flags.join(), /the base of the left lung lies \d+ mm above that of the right/);
  });

  it('is told however the scan is stored', () => {
    const ill = consolidate(ct, lungs, { where: 'dorsal', share: 0.3 });
    assert.deepEqual(told(reorient(ill, [2, 0, 1], [true, false, true])), told(ill));
  });

  it('is not missing from a mask that holds it, but from one that leaves it out', () => {
    const ill = consolidate(ct, lungs, { where: 'dorsal', share: 0.3 });
    assert.deepEqual(told(ill, lungs).flags, []);
    const air = { ...lungs, voxels: new Uint8Array(new SharedArrayBuffer(lungs.voxels.length)) };
    air.voxels.set(lungs.voxels.map((label, i) => (ill.voxels[i] > -400 ? 0 : label)));
    assert.equal(told(ill, air).flags.length, 2);
  });
});

it('dense lung is not judged without ribs, or without lungs', () => {
  const { ct, truth } = syntheticChest({ spacing: [3, 3, 3] });
  const { coarse, blocks } = coarsen(ct, -400);
  const labels = blockLabels(truth, blocks);
  assert.equal(denseLung(coarse.hu, coarse.grid, labels), undefined);
  assert.equal(denseLung(coarse.hu, coarse.grid, labels.fill(0)), undefined);
});

describe('dense lung in real scans', () => {
  for (const name of ['LIDC-IDRI-0001', 'LIDC-IDRI-0003']) {
    it(`${name}: none as it is, seen when 30 % are put in`, async (t) => {
      const path = fileURLToPath(new URL(`../../../../../shared/data/${name}.nii.gz`, import.meta.url));
      if (!existsSync(path)) return t.skip('../shared/data is not here');
      const { volume: ct } = await readNifti(path);
      assert.ok(ct.voxels instanceof Int16Array);
      const scan = { voxels: ct.voxels, geometry: ct.geometry };
      assert.deepEqual(told(scan).flags, []);
      const { lungs } = findLungs(scan, coarsen(scan, -400), 8);
      const { flags } = told(consolidate(scan, lungs, { where: 'dorsal', share: 0.3 }));
      assert.equal(flags.length, 2, flags.join());
    });
  }
});
