import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Geometry } from '../../../src/imaging/space/geometry.js';
import type { CtVolume, LungLabels } from '../../../src/imaging/space/volume.js';
import { rowExtents } from '../../../src/imaging/labels/row-extents.js';
import {
  measureLungs,
  type LungMeasures,
  type PairMeasures,
} from '../../../src/imaging/segmentation/measure-lungs.js';
import { doubts } from '../../../stages/segment/plausible.js';
import { reorient } from '../space/plain-reorient.js';

const measured = (ct: CtVolume, lungs: LungLabels) =>
  measureLungs(ct, lungs, rowExtents(lungs.voxels, lungs.geometry.size[0]), undefined);

/** 4 x 2 x 3 voxels of 10 x 20 x 5 mm = 1 ml: the right lung is column x = 0, the left x = 3 without its top slice. */
function pair(): { ct: CtVolume; lungs: LungLabels } {
  const geometry: Geometry = {
    size: [4, 2, 3],
    spacing: [10, 20, 5],
    origin: [-15, 0, 100],
    direction: [1, 0, 0, 0, 1, 0, 0, 0, 1],
  };
  const hu = new Int16Array(new SharedArrayBuffer(48)).fill(40);
  const labels = new Uint8Array(new SharedArrayBuffer(24));
  for (let i = 0; i < 24; i++) {
    if (i % 4 === 0) [labels[i], hu[i]] = [1, -850];
    if (i % 4 === 3 && i < 16) [labels[i], hu[i]] = [2, i < 8 ? -960 : -950];
  }
  return { ct: { voxels: hu, geometry }, lungs: { voxels: labels, geometry } };
}

describe('measures of a pair of lungs', () => {
  it('count volume, centre, density', () => {
    const { ct, lungs } = pair();
    const { right, left, meanHu, emphysemaPercent } = measured(ct, lungs);
    assert.deepEqual([right.ml, right.centreLps], [6, [-15, 10, 105]]);
    assert.deepEqual([left.ml, left.centreLps], [4, [15, 10, 102.5]]);
    assert.equal(meanHu, (6 * -850 + 2 * -960 + 2 * -950) / 10);
    assert.equal(emphysemaPercent, 20);
  });

  it('do not depend on how the scan is stored', () => {
    const { ct, lungs } = pair();
    const [order, flips] = [
      [2, 0, 1],
      [true, false, true],
    ];
    const turned = measured(reorient(ct, order, flips), reorient(lungs, order, flips));
    assert.deepEqual(turned, measured(ct, lungs));
  });
});

describe('doubts about a pair of lungs', () => {
  const lung = (ml: number, x: number, cut: Partial<LungMeasures['cut']> = {}): LungMeasures => ({
    ml,
    centreLps: [x, 0, 0],
    cut: { lower: 0, upper: 0, sides: 0, ...cut },
  });
  const of = (right: LungMeasures, left: LungMeasures): PairMeasures => ({
    right,
    left,
    meanHu: -850,
    emphysemaPercent: 1,
  });
  const table: [string, PairMeasures, RegExp[]][] = [
    ['a plain pair', of(lung(2500, -60), lung(2200, 60)), []],
    ['a small lung', of(lung(900, -60), lung(450, 60)), [/left lung holds 0.45 litres/]],
    ['a huge lung', of(lung(6500, -60), lung(5900, 60)), [/right lung holds 6.50 litres/]],
    ['unequal lungs', of(lung(3000, -60), lung(1000, 60)), [/3.00 times as large/]],
    ['swapped sides', of(lung(2500, 60), lung(2200, -60)), [/swapped/]],
    [
      'lungs cut off',
      of(lung(2500, -60, { upper: 8.04 }), lung(2200, 60, { lower: 4, sides: 3 })),
      [
        /right lung is cut off at the scan's upper end: 8.0 % of its border/,
        /left lung is cut off at the scan's lower end/,
        /left lung is cut off at the side, by the edge of the field of view: 3.0 %/,
      ],
    ],
    ['a tip at the scan’s end', of(lung(2500, -60, { lower: 0.2, sides: 0.1 }), lung(2200, 60)), []],
  ];
  for (const [name, measures, expected] of table) {
    it(name, () => {
      const found = doubts(measures);
      assert.equal(found.length, expected.length, found.join('; '));
      expected.forEach((pattern, i) => assert.match(found[i], pattern));
    });
  }
});
