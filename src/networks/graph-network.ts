/** The graph network (reference section 6): one GCN layer over a subject's patches, BatchNorm, ELU, mean over the nodes. */
import { batchNormParameters, type Architecture, type Parameters } from './architecture.js';
import { foldBatchNorm } from './batch-norm.js';
import { FEATURES } from './patch-encoder.js';

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

/** The layer as every engine computes it: features times filter, mixed along the edges, bias, ELU. */
export interface FoldedGraphLayer {
  /** `[128 in, 128 out]`, in double precision: each engine rounds once. */
  readonly filter: Float64Array;
  /** `[128]` */
  readonly bias: Float64Array;
}

export function foldedGraphLayer(parameters: Parameters): FoldedGraphLayer {
  const { scale, shift } = foldBatchNorm(parameters, 'conv1', 'bn1.module');
  return {
    filter: Float64Array.from(parameters['conv1.weight'].data, (w, i) => w * scale[i % FEATURES]),
    bias: shift,
  };
}

/** The edges that enter each node, those of `target` at [starts[target], starts[target + 1]). */
export interface Edges {
  /** `[nodes + 1]` */
  readonly starts: Int32Array;
  /** `[edges]`, rising within a target. */
  readonly sources: Int32Array;
  /** `[edges]` */
  readonly weights: Float64Array;
}

/**
 * D^-1/2 A D^-1/2 with A[target][source] = 1 where adjacency[source][target] exceeds `EDGE_OVERLAP` or on the diagonal
 * (GCNConv adds self loops where missing), and D the edges that enter each node.
 * @param adjacency `[nodes, nodes]`, shared part of the volume, 0 to 1
 */
export function normalisedEdges(adjacency: Float64Array, nodes: number): Edges {
  const starts = new Int32Array(nodes + 1);
  const sources: number[] = [];
  for (let target = 0; target < nodes; target++) {
    for (let source = 0; source < nodes; source++)
      if (source === target || adjacency[source * nodes + target] > EDGE_OVERLAP) sources.push(source);
    starts[target + 1] = sources.length;
  }
  const inverseRoot = (node: number) => 1 / Math.sqrt(starts[node + 1] - starts[node]);
  const weights = new Float64Array(sources.length);
  for (let target = 0; target < nodes; target++)
    for (let edge = starts[target]; edge < starts[target + 1]; edge++)
      weights[edge] = inverseRoot(target) * inverseRoot(sources[edge]);
  return { starts, sources: Int32Array.from(sources), weights };
}
