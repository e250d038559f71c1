import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { readNifti } from '../../../src/formats/nifti/index.js';
import { LEFT_LUNG, RIGHT_LUNG } from '../../../src/imaging/space/volume.js';
import { doubts } from '../../../stages/segment/plausible.js';
import { search } from '../../imaging/segmentation/search.js';

/** Voxels (x, y, z) read off the slices; ml: what these outlines held when they were looked at, within 2 %. */
const scans = [
  {
    name: 'LIDC-IDRI-0001',
    ml: { right: 1983, left: 1763 },
    trachea: [
      [238, 225, 118],
      [225, 252, 102],
    ],
    bowelGas: [305, 137, 17],
    noduleInLeft: [315, 361, 89],
  },
  {
    name: 'LIDC-IDRI-0003',
    ml: { right: 2816, left: 3092 },
    trachea: [
      [264, 271, 122],
      [259, 281, 111],
    ],
    bowelGas: [293, 132, 6],
    noduleInLeft: [368, 349, 75],
  },
] as const;

describe('lungs of real scans', () => {
  for (const { name, ml, trachea, bowelGas, noduleInLeft } of scans) {
    it(name, async (t) => {
      const path = fileURLToPath(new URL(`../../../../../shared/data/${name}.nii.gz`, import.meta.url));
      if (!existsSync(path)) return t.skip('../shared/data is not here');
      const { volume: ct } = await readNifti(path);
      const found = search(ct);
      const { lungs, airwayFound } = found;
      const [nx, ny] = ct.geometry.size;
      const at = ([i, j, k]: readonly [number, number, number]) => i + nx * (j + ny * k);

      assert.ok(airwayFound);
      for (const place of [...trachea, bowelGas]) {
        assert.ok(ct.voxels[at(place)] < -900, `air at ${place.join()}`);
        assert.equal(lungs.voxels[at(place)], 0, `no lung at ${place.join()}`);
      }
      assert.ok(ct.voxels[at(noduleInLeft)] > -200);
      assert.equal(lungs.voxels[at(noduleInLeft)], LEFT_LUNG);

      const measures = found.measures();
      assert.deepEqual(doubts(measures), []);
      assert.ok(Math.abs(measures.right.ml / ml.right - 1) < 0.02, `right ${measures.right.ml}`);
      assert.ok(Math.abs(measures.left.ml / ml.left - 1) < 0.02, `left ${measures.left.ml}`);
      assert.ok(measures.meanHu > -900 && measures.meanHu < -700);
      // Both scans are stored with x to the patient's left: the sides cannot mix at the outer fifths.
      const width = nx / 5;
      const astray = lungs.voxels.findIndex((label, i) => {
        const x = i % nx;
        return (label === RIGHT_LUNG && x > nx - width) || (label === LEFT_LUNG && x < width);
      });
      assert.equal(astray, -1);
    });
  }
});
