/**
 * The graph network as an ONNX model, along the edges: each node gathers its neighbours, filled up to the most that one has.
 * A graph runs by itself, so its bits depend on nothing else.
 */
import { encodeOnnxModel, type OnnxConstant, type OnnxNode } from '../../formats/onnx-model.js';
import type { Parameters } from '../../networks/architecture.js';
import { graphNetwork } from '../../networks/graph-network.js';
import { normalisedEdges } from '../../networks/normalised-edges.js';
import { sharedBytes, type ModelBytes } from '../../networks/onnx-file.js';
import { FEATURES } from '../../networks/patch-encoder.js';
import type { DeviceNetwork } from '../device/backend.js';
import type { Graph } from '../engine.js';
import { planGraphNetwork } from '../plan.js';
import type { Provider } from './provider.js';
import type { Session } from './session.js';

const GRAPHS_AT_ONCE = 4;

export async function buildOnnxGraphNetwork(
  provider: Provider,
  parameters: Parameters,
): Promise<DeviceNetwork<Graph>> {
  const session = await provider.open(graphModel(parameters), true);
  return {
    largestBatch: GRAPHS_AT_ONCE,
    async run(graphs) {
      await Promise.all(graphs.map((graph) => embed(session, graph)));
    },
    dispose: () => session.close(),
  };
}

async function embed(session: Session, { features, adjacency, embedding }: Graph): Promise<void> {
  // A GPU may take NaN for any number and give a sound-looking embedding.
  if (!features.every(Number.isFinite)) return void embedding.fill(NaN);
  const nodes = features.length / FEATURES;
  const { neighbours, shares, most } = gatherTable(adjacency, nodes);
  const { data } = await session.run({
    nodes: { type: 'float32', data: features.slice(), shape: [nodes, FEATURES] },
    neighbours: { type: 'int32', data: neighbours, shape: [nodes, most] },
    shares: { type: 'float32', data: shares, shape: [nodes, 1, most] },
  });
  embedding.set(data);
}

function graphModel(parameters: Parameters): ModelBytes {
  const constants: OnnxConstant[] = [];
  const nodes: OnnxNode[] = [];
  let x = 'nodes';
  for (const [i, step] of planGraphNetwork(graphNetwork.body, parameters).entries())
    switch (step.kind) {
      case 'graph-convolution': {
        const { from, to, filter, bias } = step;
        constants.push(
          { name: `filter${i}`, shape: [from, to], data: Float32Array.from(filter) },
          { name: `bias${i}`, shape: [to], data: Float32Array.from(bias) },
        );
        nodes.push(
          { operator: 'MatMul', inputs: [x, `filter${i}`], output: `filtered${i}` },
          { operator: 'Gather', inputs: [`filtered${i}`, 'neighbours'], output: `gathered${i}` },
          { operator: 'MatMul', inputs: ['shares', `gathered${i}`], output: `mixed${i}` }, // [nodes, 1, to]
          { operator: 'Add', inputs: [`mixed${i}`, `bias${i}`], output: `biased${i}` },
          { operator: 'Elu', inputs: [`biased${i}`], output: `active${i}` },
        );
        x = `active${i}`;
        break;
      }
      case 'mean-over-nodes':
        nodes.push({
          operator: 'ReduceMean',
          inputs: [x],
          output: 'embedding',
          attributes: { axes: [0, 1], keepdims: 0 },
        });
        x = 'embedding';
        break;
    }
  const model = encodeOnnxModel({
    inputs: [
      { name: 'nodes', type: 'float32', shape: ['nodes', FEATURES] },
      { name: 'neighbours', type: 'int32', shape: ['nodes', 'most'] },
      { name: 'shares', type: 'float32', shape: ['nodes', 1, 'most'] },
    ],
    outputs: [{ name: x, type: 'float32', shape: [FEATURES] }],
    constants,
    nodes,
  });
  return { bytes: sharedBytes(model) };
}

/** The edges as `[nodes, most]`: where a node has fewer, its own features at a share of 0. */
function gatherTable(adjacency: Float64Array, nodes: number) {
  const { starts, sources, weights } = normalisedEdges(adjacency, nodes);
  let most = 0;
  for (let node = 0; node < nodes; node++) most = Math.max(most, starts[node + 1] - starts[node]);
  const neighbours = new Int32Array(nodes * most);
  const shares = new Float32Array(nodes * most);
  for (let node = 0; node < nodes; node++) {
    const [from, to] = [starts[node], starts[node + 1]];
    neighbours.fill(node, node * most, (node + 1) * most);
    neighbours.set(sources.subarray(from, to), node * most);
    shares.set(weights.subarray(from, to), node * most);
  }
  return { neighbours, shares, most };
}
