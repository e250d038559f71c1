import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { graphNetwork } from '../../src/networks/graph-network.js';
import { patchEncoder } from '../../src/networks/patch-encoder.js';

describe('networks as data', () => {
  it('say what the published checkpoints call their parameters, body and head', () => {
    const encoder = Object.keys(patchEncoder.parameters);
    assert.equal(encoder.length, 13 * 6);
    assert.deepEqual(encoder.slice(0, 6), [
      ...['conv1.weight', 'conv1.bias'],
      ...['bn1.weight', 'bn1.bias', 'bn1.running_mean', 'bn1.running_var'],
    ]);
    assert.deepEqual(patchEncoder.parameters['downsample2.6.weight'].shape, [32, 32, 3, 3, 3]);
    assert.deepEqual(shapes(patchEncoder.headParameters), {
      'fc.0.weight': [131, 131],
      'fc.0.bias': [131],
      'fc.2.weight': [128, 131],
      'fc.2.bias': [128],
    });
    assert.deepEqual(shapes(graphNetwork.headParameters), {
      'fc.0.weight': [128, 128],
      'fc.0.bias': [128],
      'fc.2.weight': [128, 128],
      'fc.2.bias': [128],
    });
    assert.deepEqual(graphNetwork.transposed, { 'conv1.lin.weight': 'conv1.weight' });
  });

  it('know what features do without: heads of any kind, and counters', () => {
    for (const network of [patchEncoder, graphNetwork]) {
      for (const name of ['fc.0.weight', 'fc.weight', 'bn1.num_batches_tracked'])
        assert.ok(network.passesOver(name), name);
      assert.ok(!network.passesOver('conv9.bias'));
    }
  });

  it('have layers whose sizes follow each other', () => {
    for (const { body } of [patchEncoder, graphNetwork]) {
      let width: number | undefined;
      for (const layer of body)
        if ('from' in layer) {
          assert.equal(layer.from, width ?? layer.from);
          width = layer.to;
        } else if (layer.kind === 'batch-norm') assert.equal(layer.channels, width);
      assert.equal(width, 128);
    }
  });
});

const shapes = (specs: Readonly<Record<string, { readonly shape: readonly number[] }>>) =>
  Object.fromEntries(Object.entries(specs).map(([name, { shape }]) => [name, shape]));
