import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { phantomVolume } from '../../../data/phantom/phantom.js';
import { blockLabels } from '../../../src/imaging/labels/block-labels.js';
import type { CtVolume } from '../../../src/imaging/space/volume.js';
import { coarsen } from '../../../src/imaging/segmentation/coarse-ct.js';
import { measureIntensities } from '../../../src/imaging/segmentation/intensities.js';
import { intensityDoubts, requireHounsfield } from '../../../stages/segment/intensity-doubts.js';
import { changed } from '../../stages/segment/spoil.js';

const { ct, lungs } = phantomVolume(3, 2021, [1.5, 2.5]);

function measured(scan: CtVolume) {
  const { coarse, blocks } = coarsen(scan, -400);
  return measureIntensities(scan, coarse, blocks, blockLabels(lungs, blocks));
}

/** Values of a normal distribution, the same at every call: the sum of twelve, less six. */
function normal(index: number): number {
  let [state, sum] = [Math.imul(index + 1, 0x9e3779b1), -6];
  for (let i = 0; i < 12; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    sum += (state >>> 0) / 2 ** 32;
  }
  return sum;
}
const scanned = (hu: number) => Math.max(-1024, Math.round(hu));

describe('air, soft tissue and noise', () => {
  it('of a sound scan raise no doubt', () => {
    const found = measured(ct);
    assert.ok(
      Math.abs(found.airHu! + 1000) < 10 && Math.abs(found.softTissueHu! - 50) < 15,
      JSON.stringify(found),
    );
    assert.ok(found.noiseHu! > 5 && found.noiseHu! < 20);
    assert.deepEqual(intensityDoubts(-850, found), []);
  });

  const cases: [string, (hu: number, i: number) => number, RegExp[]][] = [
    ['60 HU too high', (hu) => hu + 60, [/air measures -9[34]\d HU/, /soft tissue measures 1[01]\d HU/]],
    ['60 HU too low, cut off at -1024', (hu) => scanned(hu - 60), [/soft tissue measures -\d+ HU/]],
    ['30 HU too high', (hu) => hu + 30, []],
    ['noise of 120 HU', (hu, i) => scanned(hu + 120 * normal(i)), [/the noise is \d+ HU/]],
    ['noise of 30 HU', (hu, i) => scanned(hu + 30 * normal(i)), []],
  ];
  for (const [name, spoil, expected] of cases)
    it(`${name}: ${expected.length === 0 ? 'silent' : 'told'}`, () => {
      const told = intensityDoubts(-850, measured(changed(ct, spoil)));
      assert.equal(told.length, expected.length, told.join('; '));
      expected.forEach((pattern, i) => assert.match(told[i], pattern));
    });
});

describe("the lungs' mean", () => {
  it('is doubted beyond what lungs have, and refused beyond what they can have', () => {
    const nothing = { airHu: undefined, noiseHu: undefined, softTissueHu: undefined };
    for (const hu of [-950, -850, -500]) assert.deepEqual(intensityDoubts(hu, nothing), []);
    assert.match(intensityDoubts(-951, nothing).join(), /shifted down/);
    assert.match(intensityDoubts(-499, nothing).join(), /dense lungs/);
    for (const hu of [-1000, -200]) requireHounsfield(hu);
    for (const [hu, cause] of [
      [196, /not rescaled \(HU \+ 1024\)/],
      [-199, /lies on tissue/],
      [-1001, /applied twice/],
    ] as const)
      assert.throws(() => requireHounsfield(hu), {
        code: 'lungs-not-hounsfield',
        kind: 'input',
        what: cause,
      });
  });
});
