/** The graph network (reference section 6): one GCN layer over a subject's patches, BatchNorm, ELU, mean over the nodes. */
import { defineArchitecture } from './architecture.js';
import {
  batchNorm,
  elu,
  linear,
  relu,
  type Activation,
  type BatchNorm,
  type GraphConvolution,
  type MeanOverNodes,
} from './layers.js';
import { FEATURES } from './patch-encoder.js';

export type GraphLayer = GraphConvolution | BatchNorm | Activation | MeanOverNodes;

/** Takes the features of a subject's patches, `[nodes, 128]`, and their `normalisedEdges`. */
export const graphNetwork = defineArchitecture<GraphLayer>({
  title: 'graph network',
  prefixes: ['module.encoder_q.', 'graph.'],
  body: [
    { kind: 'graph-convolution', name: 'conv1', from: FEATURES, to: FEATURES },
    batchNorm('bn1.module', FEATURES),
    elu,
    { kind: 'mean-over-nodes' },
  ],
  head: [linear('fc.0', FEATURES, FEATURES), relu, linear('fc.2', FEATURES, FEATURES)],
});
