import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { convolutionsOf, planEncoder, planGraphNetwork } from '../../src/engine/plan.js';
import { graphNetwork } from '../../src/networks/graph-network.js';
import { batchNorm, elu } from '../../src/networks/layers.js';
import { patchEncoder, type EncoderLayer } from '../../src/networks/patch-encoder.js';
import { untrainedParameters } from '../../src/networks/untrained.js';
import { randomNetwork } from '../networks/random-network.js';

describe('the plan of a network', () => {
  it('has a step for each layer with weights, BatchNorm folded in, and for what follows', () => {
    const { parameters } = randomNetwork(patchEncoder, 5);
    const steps = planEncoder(patchEncoder.body, parameters);
    assert.deepEqual(steps.at(-1), { kind: 'flatten' });
    const convolutions = convolutionsOf(steps);
    assert.equal(convolutions.length, 13);
    assert.deepEqual(
      convolutions.map(({ edge }) => edge),
      [32, 32, 16, 16, 16, 8, 8, 8, 4, 4, 4, 2, 2],
    );
    const of = (name: string, i: number) => parameters[name].data[i];
    const scale = of('bn2.weight', 3) / Math.sqrt(of('bn2.running_var', 3) + 1e-5);
    const { filter, bias } = convolutions[1];
    const at = 3 * 8 * 27 + 40;
    assert.equal(filter[at], of('conv2.weight', at) * scale);
    assert.equal(bias[3], (of('conv2.bias', 3) - of('bn2.running_mean', 3)) * scale + of('bn2.bias', 3));
    const graph = planGraphNetwork(graphNetwork.body, randomNetwork(graphNetwork, 5).parameters);
    assert.deepEqual(
      graph.map(({ kind }) => kind),
      ['graph-convolution', 'mean-over-nodes'],
    );
  });

  it('is refused for layers in an order that no engine computes', () => {
    const parameters = untrainedParameters(patchEncoder, 0);
    const conv = patchEncoder.body[0];
    const norm = batchNorm('bn1', 8);
    const orders: readonly EncoderLayer[][] = [
      [conv],
      [conv, norm],
      [conv, elu, norm],
      [conv, norm, elu, elu],
    ];
    for (const layers of orders) assert.throws(() => planEncoder(layers, parameters), /No engine computes/);
  });
});
