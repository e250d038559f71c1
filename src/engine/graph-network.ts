/** The graph network (spec section 6): one GCN layer over a subject's patches, BatchNorm, ELU, mean over the nodes. */
import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import { batchNormParameters, type Architecture, type Parameters } from './architecture.js';
import { foldBatchNorm } from './batch-norm.js';
import { FEATURES } from './encoder.js';
import type { Tf } from './tfjs.js';

/** Patches are neighbours when they share more than this part of their volume. */
export const EDGE_OVERLAP = 0.13;

export const graphNetwork: Architecture = {
  title: 'graph network',
  prefixes: ['module.encoder_q.', 'graph.'],
  parameters: {
    // Untrained: PyTorch Geometric's, Glorot uniform and zero.
    'conv1.weight': { shape: [FEATURES, FEATURES], untrained: { bound: Math.sqrt(6 / (2 * FEATURES)) } },
    'conv1.bias': { shape: [FEATURES], untrained: { value: 0 } },
    ...batchNormParameters('bn1.module', FEATURES),
  },
  transposed: { 'conv1.lin.weight': 'conv1.weight' }, // since PyTorch Geometric 2.0
  unused: /^fc\.|\.num_batches_tracked$/,
};

export interface GraphNetwork {
  readonly weight: Tensor2D;
  readonly bias: Tensor1D;
}

export function buildGraphNetwork(tf: Tf, parameters: Parameters): GraphNetwork {
  const { scale, shift } = foldBatchNorm(parameters, 'conv1', 'bn1.module');
  const weight = Float32Array.from(parameters['conv1.weight'].data, (w, i) => w * scale[i % FEATURES]);
  return {
    weight: tf.tensor2d(weight, [FEATURES, FEATURES]),
    bias: tf.tensor1d(Float32Array.from(shift)),
  };
}

/**
 * D^-1/2 A D^-1/2 with A[target][source] = 1 where adjacency[source][target] exceeds `EDGE_OVERLAP` or on the diagonal
 * (GCNConv adds self loops where missing), and D the edges that enter each node.
 * @param adjacency `[nodes, nodes]`, shared part of the volume, 0 to 1
 */
export function normalisedAdjacency(adjacency: Float64Array, nodes: number): Float32Array {
  const edge = (source: number, target: number) =>
    source === target || adjacency[source * nodes + target] > EDGE_OVERLAP;
  const inverseRoot = Float64Array.from({ length: nodes }, (_, target) => {
    let degree = 0;
    for (let source = 0; source < nodes; source++) if (edge(source, target)) degree += 1;
    return 1 / Math.sqrt(degree);
  });
  const normalised = new Float32Array(nodes * nodes);
  for (let target = 0; target < nodes; target++)
    for (let source = 0; source < nodes; source++)
      if (edge(source, target))
        normalised[target * nodes + source] = inverseRoot[target] * inverseRoot[source];
  return normalised;
}

/**
 * @param features `[nodes, 128]`
 * @param normalised `[nodes, nodes]` from `normalisedAdjacency`
 * @returns the subject's vector, `[128]`
 */
export async function embedGraph(
  tf: Tf,
  { weight, bias }: GraphNetwork,
  features: Float32Array,
  normalised: Float32Array,
): Promise<Float32Array> {
  const nodes = features.length / FEATURES;
  const embedding = tf.tidy(() => {
    const x = tf.matMul(tf.tensor2d(features, [nodes, FEATURES]), weight);
    const mixed = tf.matMul(tf.tensor2d(normalised, [nodes, nodes]), x);
    return tf.mean(tf.elu(tf.add(mixed, bias)), 0);
  });
  const values = (await embedding.data()) as Float32Array;
  embedding.dispose();
  return values;
}
