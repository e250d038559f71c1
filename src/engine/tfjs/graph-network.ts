/** The graph network in tfjs's stock operations: any of its backends. */
import type { Parameters } from '../../networks/architecture.js';
import { foldedGraphLayer, normalisedEdges } from '../../networks/graph-network.js';
import { FEATURES } from '../../networks/patch-encoder.js';
import type { DeviceNetwork } from '../device/backend.js';
import type { Graph } from '../engine.js';
import type { Tf } from './tfjs.js';

const GRAPHS_AT_ONCE = 4;

export function buildTfjsGraphNetwork(tf: Tf, parameters: Parameters): DeviceNetwork<Graph> {
  const layer = foldedGraphLayer(parameters);
  const filter = tf.tensor2d(Float32Array.from(layer.filter), [FEATURES, FEATURES]);
  const bias = tf.tensor1d(Float32Array.from(layer.bias));

  async function embed({ features, adjacency, embedding }: Graph): Promise<void> {
    const nodes = features.length / FEATURES;
    const mean = tf.tidy(() => {
      const x = tf.matMul(tf.tensor2d(features.slice(), [nodes, FEATURES]), filter);
      const mixed = tf.matMul(tf.tensor2d(denseMatrix(adjacency, nodes), [nodes, nodes]), x);
      return tf.mean(tf.elu(tf.add(mixed, bias)), 0);
    });
    embedding.set(await mean.data());
    mean.dispose();
  }

  return {
    largestBatch: GRAPHS_AT_ONCE,
    async run(graphs) {
      for (const graph of graphs) await embed(graph);
    },
    dispose: () => tf.dispose([filter, bias]),
  };
}

/** `[nodes, nodes]` over (target, source): the normalised edges. */
function denseMatrix(adjacency: Float64Array, nodes: number): Float32Array {
  const { starts, sources, weights } = normalisedEdges(adjacency, nodes);
  const matrix = new Float32Array(nodes * nodes);
  for (let target = 0; target < nodes; target++)
    for (let edge = starts[target]; edge < starts[target + 1]; edge++)
      matrix[target * nodes + sources[edge]] = weights[edge];
  return matrix;
}
