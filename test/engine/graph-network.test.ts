import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { FEATURES } from '../../src/engine/encoder.js';
import { graphNetwork, normalisedAdjacency } from '../../src/engine/graph-network.js';
import { aggregate, start } from '../../src/engine/tensor.worker.js';
import { fnv1a, mulberry32 } from '../../src/engine/untrained.js';
import { relativeDifference } from './differences.js';
import { randomNetwork } from './random-network.js';
import { referenceGraphNetwork } from './reference-encoder.js';

const wasm = { kind: 'wasm' } as const;

/** A graph of patches on a line: neighbours share 1/4, the next but one 0.1, which is no edge; some are cut off. */
function graph(nodes: number, seed: number) {
  const next = mulberry32(fnv1a(`graph ${seed}`));
  const features = new Float32Array(new SharedArrayBuffer(4 * nodes * FEATURES)).map(() => 4 * next() - 2);
  const adjacency = new Float64Array(new SharedArrayBuffer(8 * nodes * nodes));
  for (let i = 0; i < nodes; i++)
    for (let j = 0; j < nodes; j++)
      adjacency[i * nodes + j] = [1, i % 7 && j % 7 ? 0.25 : 0, 0.1][Math.abs(i - j)] ?? 0;
  const shared = new Float32Array(new SharedArrayBuffer(features.byteLength));
  shared.set(features);
  return { features: shared, adjacency, embedding: new Float32Array(new SharedArrayBuffer(4 * FEATURES)) };
}

describe('graph network on the wasm engine', () => {
  const network = randomNetwork(graphNetwork, 3);
  before(() => start(wasm));

  it('agrees with GCNConv, BatchNorm, ELU and mean in plain double precision', async () => {
    for (const nodes of [1, 2, 60, 581]) {
      const g = graph(nodes, nodes);
      await aggregate(wasm, network, [g]);
      const expected = referenceGraphNetwork(network.parameters, g.features, g.adjacency, 0.13);
      assert.ok(relativeDifference(g.embedding, expected) < 5e-6, `${nodes} nodes`);
    }
  });

  it('keeps only overlaps above 0.13 as edges, and adds missing self loops', () => {
    // prettier-ignore
    const adjacency = Float64Array.of(
      1,    0.13, 0.14,
      0.13, 0,    0,
      0.14, 0,    1,
    );
    const half = Math.fround(Math.SQRT1_2 * Math.SQRT1_2);
    assert.deepEqual([...normalisedAdjacency(adjacency, 3)], [half, 0, half, 0, 1, 0, half, 0, half]);
  });

  it('keeps one subject’s NaN out of the others of its batch', async () => {
    const [sound, broken] = [graph(20, 1), graph(20, 2)];
    await aggregate(wasm, network, [sound]);
    const alone = sound.embedding.slice();
    broken.features[5 * FEATURES] = NaN;
    await aggregate(wasm, network, [broken, sound]);
    assert.ok(broken.embedding.some(Number.isNaN));
    assert.deepEqual(sound.embedding.slice(), alone);
  });
});
