import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseNiftiHeader } from '../../../src/formats/nifti/header.js';
import { craftHeader } from './craft.js';
import { orientationCases } from './orientation.golden.js';

describe('the geometry of a NIfTI header is what ITK makes of it', () => {
  for (const { name, itk, ...fields } of orientationCases) {
    it(name, () => {
      const parse = () => parseNiftiHeader(craftHeader({ ...fields, dim: [3, 4, 5, 6] })).geometry;
      if (itk === null) {
        assert.throws(parse, { name: 'LungflowError', code: 'nifti-orientation' });
        return;
      }
      const { size, spacing, origin, direction } = parse();
      assert.deepEqual(size, [4, 5, 6]);
      assert.deepEqual(spacing, itk.spacing);
      assert.deepEqual(origin, itk.origin);
      direction.forEach((cosine, i) =>
        assert.ok(Math.abs(cosine - itk.direction[i]) < 1e-12, `${i}: ${cosine}`),
      );
    });
  }

  it('says when a header leaves its reader guessing', () => {
    const notes = (craft: Parameters<typeof craftHeader>[0]) =>
      parseNiftiHeader(craftHeader(craft)).notes.join();
    const srows = [0.75, 0, 0, 10, 0, 0.75, 0, 20, 0, 0, 2.5, 30];
    assert.match(notes({ qformCode: 0 }), /nothing about its orientation/);
    assert.match(notes({ sformCode: 2, srows: srows.with(3, 99) }), /qform and sform disagree; the qform/);
    assert.match(notes({ sformCode: 1, srows: srows.with(3, 99) }), /qform and sform disagree; the sform/);
    assert.match(notes({ qformCode: 0, sformCode: 1, srows: srows.with(0, 1) }), /pixdim disagree/);
    assert.match(notes({ slope: 0, intercept: -1024 }), /scl_slope is 0/);
    assert.equal(notes({ sformCode: 1, srows }), '');
  });
});
