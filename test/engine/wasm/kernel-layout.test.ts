/** The constants of the kernels' sources are those by which their numbers are laid out. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import {
  BIAS_LINE,
  CHANNEL_TILE,
  WINOGRAD_POINTS,
  WINOGRAD_TILE,
} from '../../../src/engine/wasm/kernel-layout.js';
import { KERNEL } from '../../../src/networks/layers.js';
import { root } from '../../e2e/command.js';

/** `const NAME: type = 1.5;` of a kernel's source. */
function constant(file: string, name: string): number {
  const text = readFileSync(join(root, 'src/kernels', file), 'utf8');
  const found = new RegExp(`^(?:export )?const ${name}: \\w+ = ([\\d.]+);`, 'm').exec(text);
  assert.ok(found, `${file} has no constant ${name}`);
  return Number(found[1]);
}

describe('the layout of the kernels’ numbers', () => {
  it('is that of their sources', () => {
    assert.equal(constant('conv3d.as.ts', 'KERNEL'), KERNEL);
    assert.equal(constant('conv3d.as.ts', 'TILE_CHANNELS'), CHANNEL_TILE);
    assert.equal(constant('conv3d.as.ts', 'TILE_BYTES'), 4 * CHANNEL_TILE);
    assert.equal(constant('winograd3d.as.ts', 'CHANNEL_TILE'), CHANNEL_TILE);
    assert.equal(constant('winograd3d.as.ts', 'CHANNEL_TILE_BYTES'), 4 * CHANNEL_TILE);
    assert.equal(constant('winograd3d.as.ts', 'TILE'), WINOGRAD_TILE);
    assert.equal(constant('parts/bias-elu.as.ts', 'BIAS_BYTES'), 4 * BIAS_LINE);
    const [a, b] = ['A', 'B'].map((name) => constant('winograd3d.as.ts', name));
    assert.deepEqual([...WINOGRAD_POINTS], [0, a, -a, b, -b]);
    assert.equal(constant('winograd3d.as.ts', 'SPAN'), WINOGRAD_POINTS.length + 1);
  });
});
