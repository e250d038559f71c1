import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { readNifti } from '../../../src/formats/nifti/index.js';
import { pointToIndex } from '../../../src/imaging/geometry.js';
import { findLungs } from '../../../stages/segment/find-lungs.js';
import { measureLungs } from '../../../stages/segment/measure-lungs.js';
import { doubts } from '../../../stages/segment/plausible.js';

/** Points were read off the slices; volumes are this project's own, once its outlines had been looked at. */
const scans = [
  {
    name: 'LIDC-IDRI-0001',
    ml: { right: 1983, left: 1763 },
    trachea: [
      [258, 286, 107],
      [252, 270, 98],
    ],
    noduleInLeft: [320, 378, 92],
  },
] as const;

describe('lungs of real scans', () => {
  for (const { name } of scans) {
    it(name, async (t) => {
      const path = fileURLToPath(new URL(`../../../../../shared/data/${name}.nii.gz`, import.meta.url));
      if (!existsSync(path)) return t.skip('../shared/data is not here');
      const ct = (await readNifti(path)).volume;
      void [findLungs, measureLungs, doubts, pointToIndex, assert, ct];
    });
  }
});
