/** What the contract of engines does not see of the graph network in plain TypeScript. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { aggregate } from '../../../src/engine/wasm/network.worker.js';
import { graphNetwork } from '../../../src/networks/graph-network.js';
import { referenceGraphNetwork } from '../../../src/networks/reference.js';
import { relativeDifference } from '../../../src/networks/relative-difference.js';
import { randomNetwork } from '../../networks/random-network.js';
import { lineGraph } from '../slices-and-graphs.js';

describe('graph network on the wasm engine', () => {
  const network = randomNetwork(graphNetwork, 3);

  it('agrees with GCNConv, BatchNorm, ELU and mean in plain double precision', () => {
    for (const nodes of [1, 2, 60, 581]) {
      const { features, adjacency, embedding } = lineGraph(nodes, nodes);
      aggregate(network, [{ features, adjacency, embedding }]);
      const expected = referenceGraphNetwork(network.parameters, features, adjacency);
      assert.ok(relativeDifference(embedding, expected) < 5e-6, `${nodes} nodes`);
    }
  });
});
