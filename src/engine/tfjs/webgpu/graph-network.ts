/** The graph network by our own WGSL programs, all subjects of a batch as one graph of several parts. */
import type { Parameters } from '../../../networks/architecture.js';
import { graphNetwork } from '../../../networks/graph-network.js';
import { normalisedEdges } from '../../../networks/normalised-edges.js';
import { FEATURES } from '../../../networks/patch-encoder.js';
import type { DeviceNetwork } from '../../device/backend.js';
import type { Graph } from '../../engine.js';
import { planGraphNetwork, type GraphConvolutionStep } from '../../plan.js';
import { conv3dProgram } from './conv3d-program.js';
import type { Gpu } from './gpu.js';
import { meanProgram, mixProgram } from './graph-programs.js';

const LARGEST_BATCH = 64;

export function buildWebgpuGraphNetwork(gpu: Gpu, parameters: Parameters): DeviceNetwork<Graph> {
  const { tf } = gpu;
  const steps = planGraphNetwork(graphNetwork.body, parameters).map((step) =>
    step.kind === 'graph-convolution' ? graphConvolution(gpu, step) : step,
  );

  async function run(graphs: readonly Graph[]): Promise<void> {
    if (graphs.length === 0) return;
    const record = () => {
      const { firstNodes, starts, sources, weights } = joinGraphs(graphs);
      const nodes = firstNodes[graphs.length];
      const features = gpu.upload(
        'node features',
        'float32',
        graphs.map((graph) => graph.features),
      );
      const edges = [
        gpu.upload('edge starts', 'int32', [starts]),
        gpu.upload('edge sources', 'int32', sources),
        gpu.upload('edge weights', 'float32', weights),
      ];
      const bounds = gpu.upload('first nodes', 'int32', [firstNodes]);
      const mixed = gpu.scratch('mixed', nodes * FEATURES);
      const embeddings = gpu.scratch('embeddings', graphs.length * FEATURES);
      for (const step of steps)
        switch (step.kind) {
          case 'graph-convolution':
            gpu.run(mixProgram, [features, ...edges], mixed, nodes);
            gpu.run(step.program, [mixed, step.filter, step.bias], features, nodes);
            break;
          case 'mean-over-nodes':
            gpu.run(meanProgram, [features, bounds], embeddings, graphs.length);
            break;
        }
      return embeddings;
    };
    await gpu.batch(graphs.length * FEATURES, record, (embeddings) => {
      for (const [i, { embedding }] of graphs.entries())
        embedding.set(embeddings.subarray(i * FEATURES, (i + 1) * FEATURES));
    });
  }

  const dispose = () =>
    steps.forEach((step) => step.kind === 'graph-convolution' && tf.dispose([step.filter, step.bias]));
  return { largestBatch: LARGEST_BATCH, run, dispose };
}

/**
 * What the device holds of a step, and the program that runs it on mixed nodes: a matrix product is a convolution of one voxel.
 * Mixing first leaves its bias and ELU last.
 */
const graphConvolution = ({ tf }: Gpu, { kind, from, to, filter, bias }: GraphConvolutionStep) => ({
  kind,
  program: conv3dProgram({ from, to, stride: 1, edge: 1, kernel: 1 }),
  filter: tf.tensor1d(Float32Array.from(filter)),
  bias: tf.tensor1d(Float32Array.from(bias)),
});

/** The graphs' edges as those of one graph. */
function joinGraphs(graphs: readonly Graph[]) {
  const sizes = graphs.map(({ features }) => features.length / FEATURES);
  const firstNodes = new Int32Array(graphs.length + 1);
  for (const [i, nodes] of sizes.entries()) firstNodes[i + 1] = firstNodes[i] + nodes;
  const starts = new Int32Array(firstNodes[graphs.length] + 1);
  const sources: Int32Array[] = [];
  const weights: Float32Array[] = [];
  let edges = 0;
  for (const [i, { adjacency }] of graphs.entries()) {
    const own = normalisedEdges(adjacency, sizes[i]);
    const first = firstNodes[i];
    starts.set(
      own.starts.map((start) => edges + start),
      first,
    );
    sources.push(own.sources.map((node) => first + node));
    weights.push(Float32Array.from(own.weights));
    edges += own.sources.length;
  }
  return { firstNodes, starts, sources, weights };
}
