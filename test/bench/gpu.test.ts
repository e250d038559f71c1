import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { limitOf } from '../../bench/gpu/limit.js';
import { encoderWork } from '../../bench/gpu/work.js';
import { convolutionsOf, planEncoder } from '../../src/engine/plan.js';
import { patchEncoder } from '../../src/networks/patch-encoder.js';
import { untrainedParameters } from '../../src/networks/untrained.js';

const layers = convolutionsOf(planEncoder(patchEncoder.body, untrainedParameters(patchEncoder, 0)));

describe('the benchmark of a card', () => {
  it('counts the arithmetic that the specification gives for 581 patches', () => {
    assert.equal(Math.round(encoderWork(layers, 581, 64).flops / 1e9), 113);
  });

  it('counts activations once a patch, and parameters once a batch', () => {
    const bytes = (patches: number, batch: number) => encoderWork(layers, patches, batch).bytes;
    const parameters = 4 * layers.reduce((sum, { filter, bias }) => sum + filter.length + bias.length, 0);
    assert.equal(bytes(10, 4) - bytes(10, 10), 2 * parameters);
    assert.equal(bytes(20, 20) - parameters, 2 * (bytes(10, 10) - parameters));
    // The first layer, by hand: 32^3 voxels in, 8 times as many out.
    assert.equal(encoderWork(layers.slice(0, 1), 1, 1).bytes, 4 * (9 * 32 ** 3 + 27 * 8 + 8));
  });

  it('names what limits the encoder, if one part alone would take half of its time', () => {
    const bounds = { arithmetic: 0.01, memory: 0.06, upload: 0.001, launches: 0.00001 };
    assert.equal(
      limitOf(0.1, bounds),
      "What limits the encoder: memory traffic. Alone, each part would take of the encoder's time: memory traffic 60 %, arithmetic 10 %, upload 1 %, launches less than 0.1 %.",
    );
    assert.match(limitOf(1, bounds), /^What limits the encoder: its kernels/);
    const unknown = { ...bounds, arithmetic: undefined };
    assert.match(limitOf(0.1, unknown), /^What limits the encoder: memory traffic\..*not known: arithmetic/);
    assert.match(limitOf(1, unknown), /^What limits the encoder cannot be told/);
  });

  it('runs, and says loudly when there is no card', async () => {
    const script = fileURLToPath(new URL('../../bench/gpu.js', import.meta.url));
    const options = ['networks', '--engine', 'wasm', '--patches', '3', '--batches', '1,2', '--repeats', '1'];
    const { stdout } = await promisify(execFile)(process.execPath, [script, ...options]);
    assert.match(stdout, /NO GPU/);
    for (const line of [
      'encode, s',
      'encode and aggregate, s',
      'in batches of 2, patches/s',
      'traffic, GB/s',
    ])
      assert.match(stdout, new RegExp(`^\\| ${line} +\\| \\d`, 'm'));
  });
});
