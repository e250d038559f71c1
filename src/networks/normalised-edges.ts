/** The edges along which a graph convolution mixes its nodes, and how much each weighs. */
import { EDGE_OVERLAP } from '../imaging/atlas/adjacency.js';

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
