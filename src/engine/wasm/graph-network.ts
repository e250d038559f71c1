/** The graph network in plain TypeScript, along the edges alone: a few milliseconds for a subject, in double precision. */
import type { Parameters } from '../../networks/architecture.js';
import { graphNetwork } from '../../networks/graph-network.js';
import { normalisedEdges, type Edges } from '../../networks/normalised-edges.js';
import { FEATURES } from '../../networks/patch-encoder.js';
import type { Graph } from '../engine.js';
import { planGraphNetwork, type GraphConvolutionStep, type GraphStep } from '../plan.js';

export interface PlainGraphNetwork {
  /** Writes the subject's embedding. */
  embed(graph: Graph): void;
}

export function createPlainGraphNetwork(parameters: Parameters): PlainGraphNetwork {
  const steps = planGraphNetwork(graphNetwork.body, parameters);
  return { embed: (graph) => embedGraph(steps, graph) };
}

function embedGraph(steps: readonly GraphStep[], { features, adjacency, embedding }: Graph): void {
  const nodes = features.length / FEATURES;
  const edges = normalisedEdges(adjacency, nodes);
  let x: Float32Array | Float64Array = features;
  for (const step of steps)
    switch (step.kind) {
      case 'graph-convolution':
        x = convolve(step, x, edges);
        break;
      case 'mean-over-nodes':
        x = mean(x, nodes);
        break;
    }
  embedding.set(x);
}

/** Mixing first: it is the cheaper of the two that may be swapped, and leaves bias and ELU last. */
function convolve(
  { from, to, filter, bias }: GraphConvolutionStep,
  x: Float32Array | Float64Array,
  { starts, sources, weights }: Edges,
): Float64Array {
  const nodes = starts.length - 1;
  const out = new Float64Array(nodes * to);
  const mixed = new Float64Array(from);
  for (let target = 0; target < nodes; target++) {
    mixed.fill(0);
    for (let edge = starts[target]; edge < starts[target + 1]; edge++) {
      const [row, weight] = [sources[edge] * from, weights[edge]];
      for (let f = 0; f < from; f++) mixed[f] += weight * x[row + f];
    }
    const output = out.subarray(target * to, (target + 1) * to);
    output.set(bias);
    for (let i = 0; i < from; i++) for (let o = 0; o < to; o++) output[o] += mixed[i] * filter[i * to + o];
    for (let o = 0; o < to; o++) output[o] = output[o] > 0 ? output[o] : Math.expm1(output[o]);
  }
  return out;
}

function mean(x: Float32Array | Float64Array, nodes: number): Float64Array {
  const sum = new Float64Array(x.length / nodes);
  for (let n = 0; n < nodes; n++) for (let c = 0; c < sum.length; c++) sum[c] += x[n * sum.length + c];
  return sum.map((value) => value / nodes);
}
