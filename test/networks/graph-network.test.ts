import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { Parameters } from '../../src/networks/architecture.js';
import { FEATURES } from '../../src/networks/patch-encoder.js';
import { graphNetwork, normalisedEdges } from '../../src/networks/graph-network.js';
import { writeSafetensors } from '../../src/formats/safetensors.js';
import { aggregate } from '../../src/engine/wasm/network.worker.js';
import { mulberry32 } from '../../src/core/mulberry32.js';
import { fnv1a } from '../../src/networks/untrained.js';
import { loadWeights } from '../../src/networks/weights.js';
import { temporaryDirectory } from '../temporary.js';
import { relativeDifference } from '../../src/networks/relative-difference.js';
import { randomNetwork, randomNodes } from '../networks/random-network.js';
import { referenceGraphNetwork } from '../../src/networks/reference.js';

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

interface Golden {
  readonly networkSeed: number;
  readonly nodeSeed: number;
  readonly cases: readonly {
    readonly name: string;
    readonly nodes: number;
    readonly entries: readonly (readonly [source: number, target: number, overlap: number])[];
    readonly embedding: readonly number[];
  }[];
}

/** The same network from a file that names its matrix as PyTorch Geometric does since 2.0: `lin.weight`, [out, in]. */
async function reloadedAsLin({ 'conv1.weight': weight, ...others }: Parameters) {
  const data = new Float32Array(new SharedArrayBuffer(weight.data.byteLength));
  data.forEach((_, i) => (data[i] = weight.data[(i % FEATURES) * FEATURES + Math.floor(i / FEATURES)]));
  const stored = Object.entries({ ...others, 'conv1.lin.weight': { data, shape: weight.shape } });
  const path = join(temporaryDirectory('lin-weights'), 'graph.safetensors');
  await writeFile(path, writeSafetensors(stored));
  return loadWeights(path, graphNetwork, (same) => same);
}

describe('graph network on the wasm engine', () => {
  const network = randomNetwork(graphNetwork, 3);

  it('agrees with GCNConv, BatchNorm, ELU and mean in plain double precision', () => {
    for (const nodes of [1, 2, 60, 581]) {
      const g = graph(nodes, nodes);
      aggregate(network, [g]);
      const expected = referenceGraphNetwork(network.parameters, g.features, g.adjacency, 0.13);
      assert.ok(relativeDifference(g.embedding, expected) < 5e-6, `${nodes} nodes`);
    }
  });

  it('agrees with PyTorch Geometric (golden of bench/peers/graph_geometric.py) within 2e-5, by either naming', async () => {
    const text = await readFile(
      new URL('../../../test/engine/golden-graph-geometric.json', import.meta.url),
      'utf8',
    );
    const golden = JSON.parse(text) as Golden;
    const published = randomNetwork(graphNetwork, golden.networkSeed);
    for (const weights of [published, await reloadedAsLin(published.parameters)]) {
      for (const { name, nodes, entries, embedding } of golden.cases) {
        const adjacency = new Float64Array(new SharedArrayBuffer(8 * nodes * nodes));
        for (const [source, target, overlap] of entries) adjacency[source * nodes + target] = overlap;
        const ours = new Float32Array(new SharedArrayBuffer(4 * FEATURES));
        const features = randomNodes(nodes, golden.nodeSeed);
        aggregate(weights, [{ features, adjacency, embedding: ours }]);
        assert.ok(relativeDifference(ours, embedding) < 2e-5, name);
      }
    }
  });

  it('keeps only overlaps above 0.13 as edges, and adds missing self loops', () => {
    // prettier-ignore
    const adjacency = Float64Array.of(
      1,    0.13, 0.14,
      0.13, 0,    0,
      0.14, 0,    1,
    );
    const { starts, sources, weights } = normalisedEdges(adjacency, 3);
    assert.deepEqual([...starts], [0, 2, 3, 5]);
    assert.deepEqual([...sources], [0, 2, 1, 0, 2]);
    const half = (1 / Math.sqrt(2)) ** 2;
    assert.deepEqual([...weights], [half, half, 1, half, half]);
  });

  it('keeps one subject’s NaN out of the others of its batch', () => {
    const [sound, broken] = [graph(20, 1), graph(20, 2)];
    aggregate(network, [sound]);
    const alone = sound.embedding.slice();
    broken.features[5 * FEATURES] = NaN;
    aggregate(network, [broken, sound]);
    assert.ok(broken.embedding.some(Number.isNaN));
    assert.deepEqual(sound.embedding.slice(), alone);
  });
});
