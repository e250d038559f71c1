/** The graph network in plain TypeScript, along the edges alone: a few milliseconds for a subject, in double precision. */
import type { Parameters } from '../../networks/architecture.js';
import { foldedGraphLayer, normalisedEdges, type FoldedGraphLayer } from '../../networks/graph-network.js';
import { FEATURES } from '../../networks/patch-encoder.js';
import type { Graph } from '../engine.js';

export interface PlainGraphNetwork {
  /** Writes the subject's embedding. */
  embed(graph: Graph): void;
}

export function createPlainGraphNetwork(parameters: Parameters): PlainGraphNetwork {
  const layer = foldedGraphLayer(parameters);
  return { embed: (graph) => embedGraph(layer, graph) };
}

function embedGraph({ filter, bias }: FoldedGraphLayer, { features, adjacency, embedding }: Graph): void {
  const nodes = features.length / FEATURES;
  const { starts, sources, weights } = normalisedEdges(adjacency, nodes);
  const [mixed, output, sum] = [0, 0, 0].map(() => new Float64Array(FEATURES));
  for (let target = 0; target < nodes; target++) {
    mixed.fill(0);
    for (let edge = starts[target]; edge < starts[target + 1]; edge++) {
      const [row, weight] = [sources[edge] * FEATURES, weights[edge]];
      for (let f = 0; f < FEATURES; f++) mixed[f] += weight * features[row + f];
    }
    output.set(bias);
    for (let i = 0; i < FEATURES; i++)
      for (let o = 0; o < FEATURES; o++) output[o] += mixed[i] * filter[i * FEATURES + o];
    for (let o = 0; o < FEATURES; o++) sum[o] += output[o] > 0 ? output[o] : Math.expm1(output[o]);
  }
  for (let o = 0; o < FEATURES; o++) embedding[o] = sum[o] / nodes;
}
