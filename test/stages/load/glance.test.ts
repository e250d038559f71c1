import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { DARKEST_HU, glance } from '../../../stages/load/glance.js';

describe('a glance at the voxels', () => {
  const values = fc.oneof(
    fc.int16Array({ minLength: 1, maxLength: 20, min: -1024, max: 3000 }),
    fc.int16Array({ minLength: 1, maxLength: 20, min: 0, max: 2 }),
    fc.int16Array({ minLength: 1, maxLength: 20, min: -501, max: -499 }),
  );

  it('tells what all of them would: the same everywhere or not, dark enough or how dark', () => {
    fc.assert(
      fc.property(values, (voxels) => {
        const { lowest, constant } = glance(voxels);
        const [least, most] = [Math.min(...voxels), Math.max(...voxels)];
        assert.equal(constant, least === most);
        assert.equal(lowest > DARKEST_HU, least > DARKEST_HU);
        if (least > DARKEST_HU) assert.equal(lowest, least);
        else assert.ok(voxels.includes(lowest));
      }),
    );
  });
});
