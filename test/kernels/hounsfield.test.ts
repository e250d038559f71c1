/** The constants of the kernels' sources are the HU that patches are clamped to. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { HIGHEST_HU } from '../../src/imaging/space/iso-grid.js';
import { AIR_HU } from '../../src/imaging/space/volume.js';
import { root } from '../e2e/command.js';

describe('the HU of the interpolating kernel', () => {
  it('are those that patches are clamped to', () => {
    const text = readFileSync(join(root, 'src/kernels/spline-interpolation.as.ts'), 'utf8');
    assert.ok(text.includes(`const LOWEST: f64 = ${AIR_HU};`));
    assert.ok(text.includes(`const HIGHEST: f64 = ${HIGHEST_HU};`));
  });
});
