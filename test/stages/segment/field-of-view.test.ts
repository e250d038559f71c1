import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { phantomVolume } from '../../../data/phantom/phantom.js';
import { readNifti } from '../../../src/formats/nifti/index.js';
import { LEFT_LUNG, RIGHT_LUNG, type CtVolume } from '../../../src/imaging/space/volume.js';
import { doubts } from '../../../stages/segment/plausible.js';
import { search } from '../../imaging/segmentation/search.js';
import { changed, circleOf, mlOf, withGas } from './spoil.js';

/** Diameter of the circle over the width of the lungs. */
const SHARES = [1.3, 1.05, 1, 0.95, 0.85];

function checkCircles(ct: CtVolume, paddings: readonly number[], shares = SHARES): void {
  const whole = search(ct).lungs;
  for (const padding of paddings)
    for (const share of shares) {
      const circle = circleOf(whole, share);
      const found = search(changed(ct, (value, i) => (circle.holds(i) ? value : padding)));
      const measures = found.measures();
      const told = doubts(measures).filter((doubt) => doubt.includes('cut off at the side'));
      for (const [side, name] of [
        [RIGHT_LUNG, 'right'],
        [LEFT_LUNG, 'left'],
      ] as const) {
        const place = `${name}, circle ${share}, padding ${padding}`;
        const inside = mlOf(whole, side, circle);
        assert.ok(
          Math.abs(measures[name].ml / inside - 1) < 0.01,
          `${place}: ${measures[name].ml} of ${inside} ml`,
        );
        const cutMl = mlOf(whole, side) - inside;
        if (cutMl > 4)
          assert.ok(
            told.some((doubt) => doubt.includes(name)),
            `${place}: ${cutMl} ml cut, not told`,
          );
        if (share > 1) assert.deepEqual(told, [], place);
      }
    }
}

describe('lungs in a narrow field of view', () => {
  for (const [index, seed] of [
    [0, 11],
    [4, 2021],
  ] as const)
    it(`are found within 1 %, whatever the padding, and told to be cut: phantom ${index} of seed ${seed}`, () => {
      const { ct } = phantomVolume(index, seed, [2, 2.5]);
      checkCircles(ct, [-3024]);
      checkCircles(ct, [-1000], [1.05, 0.85]);
    });

  for (const name of ['LIDC-IDRI-0001', 'LIDC-IDRI-0003'])
    it(`are found within 1 %: ${name}`, async (t) => {
      const path = fileURLToPath(new URL(`../../../../../shared/data/${name}.nii.gz`, import.meta.url));
      if (!existsSync(path)) return t.skip('../shared/data is not here');
      const { volume } = await readNifti(path);
      checkCircles(volume, [-2048], [1.05, 0.85]);
    });
});

describe('gas below the diaphragm', () => {
  const { ct } = phantomVolume(0, 11, 2.5, [360, 420]);
  const whole = search(ct).lungs;
  const balls = [
    [0.4, 0.45, 0.2, 45],
    [0.62, 0.45, 0.24, 40],
    [0.5, 0.35, 0.1, 30],
    [0.35, 0.6, 0.1, 25],
  ] as const;
  for (const hu of [-1000, -860, -650])
    it(`is no lung at ${hu} HU`, () => {
      const spoiled = withGas(ct, whole, hu, balls, 5);
      let gas = 0;
      for (let i = 0; i < ct.voxels.length; i++) if (spoiled.voxels[i] !== ct.voxels[i]) gas++;
      assert.ok(gas * 2.5 ** 3 > 200e3, `${(gas * 2.5 ** 3) / 1000} ml of gas`);
      const { lungs } = search(spoiled);
      for (const side of [RIGHT_LUNG, LEFT_LUNG])
        assert.ok(Math.abs(mlOf(lungs, side) / mlOf(whole, side) - 1) < 0.005, `label ${side}`);
    });
});
