/**
 * The graph network in tfjs's stock operations, on TensorFlow: subjects with equally many nodes in one batch of dense matrices,
 * filled up with zeros, for the numbers may depend on the size of a batch.
 */
import type { Tensor, Tensor3D } from '@tensorflow/tfjs-core';
import type { Parameters } from '../../networks/architecture.js';
import { graphNetwork } from '../../networks/graph-network.js';
import { normalisedEdges } from '../../networks/normalised-edges.js';
import { FEATURES } from '../../networks/patch-encoder.js';
import type { DeviceNetwork } from '../device/backend.js';
import type { Graph } from '../engine.js';
import { planGraphNetwork, type GraphConvolutionStep } from '../plan.js';
import type { Tf } from './tfjs.js';

const GRAPHS_AT_ONCE = 4;

/** A step of the plan on the device: takes `[graphs, nodes, features]`, and `[graphs, target, source]`. */
interface Step {
  apply(x: Tensor, edges: Tensor3D): Tensor;
  dispose(): void;
}

export function buildTfjsGraphNetwork(tf: Tf, parameters: Parameters): DeviceNetwork<Graph> {
  const steps = planGraphNetwork(graphNetwork.body, parameters).map((step): Step => {
    switch (step.kind) {
      case 'graph-convolution':
        return graphConvolution(tf, step);
      case 'mean-over-nodes':
        return { apply: (x) => tf.mean(x, 1), dispose: () => undefined };
    }
  });

  async function embed(graphs: readonly Graph[], nodes: number, places: number): Promise<void> {
    const features = new Float32Array(places * nodes * FEATURES);
    const edges = new Float32Array(places * nodes * nodes);
    for (const [i, graph] of graphs.entries()) {
      features.set(graph.features, i * nodes * FEATURES);
      writeMatrix(graph.adjacency, nodes, edges.subarray(i * nodes * nodes));
    }
    const means = tf.tidy(() => {
      const matrices = tf.tensor3d(edges, [places, nodes, nodes]);
      const x: Tensor = tf.tensor3d(features, [places, nodes, FEATURES]);
      return steps.reduce((before, step) => step.apply(before, matrices), x);
    });
    const embeddings = (await means.data().finally(() => means.dispose())) as Float32Array;
    for (const [i, { embedding }] of graphs.entries())
      embedding.set(embeddings.subarray(i * FEATURES, (i + 1) * FEATURES));
  }

  return {
    largestBatch: GRAPHS_AT_ONCE,
    filledUp: true,
    async run(graphs, places) {
      for (const [nodes, equals] of byNodes(graphs)) await embed(equals, nodes, places);
    },
    dispose: () => steps.forEach((step) => step.dispose()),
  };
}

function graphConvolution(tf: Tf, { from, to, ...step }: GraphConvolutionStep): Step {
  const filter = tf.tensor2d(Float32Array.from(step.filter), [from, to]);
  const bias = tf.tensor1d(Float32Array.from(step.bias));
  return {
    apply(x, edges) {
      const [places, nodes] = x.shape;
      const filtered = tf.matMul(tf.reshape(x, [places * nodes, from]), filter);
      const mixed = tf.matMul(edges, tf.reshape(filtered, [places, nodes, to]));
      return tf.elu(tf.add(mixed, bias));
    },
    dispose: () => tf.dispose([filter, bias]),
  };
}

function byNodes(graphs: readonly Graph[]): Map<number, Graph[]> {
  const groups = new Map<number, Graph[]>();
  for (const graph of graphs) {
    const nodes = graph.features.length / FEATURES;
    groups.set(nodes, [...(groups.get(nodes) ?? []), graph]);
  }
  return groups;
}

/** @param matrix `[nodes, nodes]` over (target, source), zeros: the normalised edges are written */
function writeMatrix(adjacency: Float64Array, nodes: number, matrix: Float32Array): void {
  const { starts, sources, weights } = normalisedEdges(adjacency, nodes);
  for (let target = 0; target < nodes; target++)
    for (let edge = starts[target]; edge < starts[target + 1]; edge++)
      matrix[target * nodes + sources[edge]] = weights[edge];
}
