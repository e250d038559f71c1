/** A trial of an engine: a few patches and a small graph held against double precision, then as many patches as it takes. */
import { mulberry32 } from '../../core/mulberry32.js';
import { graphNetwork } from '../../networks/graph-network.js';
import { PATCH_VOXELS } from '../../imaging/atlas/atlas.js';
import { FEATURES, patchEncoder } from '../../networks/patch-encoder.js';
import { referenceEncoder, referenceGraphNetwork } from '../../networks/reference.js';
import { relativeDifference } from '../../networks/relative-difference.js';
import { loadWeights } from '../../networks/weights.js';
import type { Engine, Graph, LoadedNetwork, PatchSlice } from '../engine.js';

export interface Trial {
  /** From double precision, relative to the largest number: the worse of both networks. NaN where it gave NaN. */
  readonly difference: number;
  readonly patchesPerSecond: number;
}

const COMPARED_PATCHES = 2;
const GRAPH_NODES = 20;
const TIMED_MS = 1000;
const untrained = { seed: 0 };

/** @throws LungflowError when the engine fails */
export async function tryEngine(engine: Engine): Promise<Trial> {
  const graphs = await graphDifference(engine);
  const weights = await loadWeights(untrained, patchEncoder, String);
  const encoder = await engine.loadEncoder(weights);
  const slice = noise(COMPARED_PATCHES);
  await encoder.run([slice]);
  const patches = Array.from({ length: COMPARED_PATCHES }, (_, i) =>
    slice.patches.subarray(i * PATCH_VOXELS, (i + 1) * PATCH_VOXELS),
  );
  const expected = patches.flatMap((patch) => [...referenceEncoder(weights.parameters, patch)]);
  const patchesPerSecond = await speedOf(encoder);
  await encoder.dispose();
  return {
    difference: Math.max(graphs, relativeDifference(slice.features, expected)),
    patchesPerSecond,
  };
}

async function graphDifference(engine: Engine): Promise<number> {
  const weights = await loadWeights(untrained, graphNetwork, String);
  const network = await engine.loadGraphNetwork(weights);
  const graph = chain(GRAPH_NODES);
  await network.run([graph]);
  await network.dispose();
  const { features, adjacency, embedding } = graph;
  const expected = referenceGraphNetwork(weights.parameters, features, adjacency);
  return relativeDifference(embedding, expected);
}

/** The best of what fits the time, with batches that grow to the engine's own: a slow device never waits for a large one. */
async function speedOf(encoder: LoadedNetwork<PatchSlice>): Promise<number> {
  let best = 0;
  const end = performance.now() + TIMED_MS;
  for (let patches = COMPARED_PATCHES; performance.now() < end;) {
    const slice = noise(patches);
    const start = performance.now();
    await encoder.run([slice]);
    best = Math.max(best, (1000 * patches) / (performance.now() - start));
    patches = Math.min(2 * patches, encoder.batch);
  }
  return best;
}

/** HU from -1024 to 200. */
function noise(count: number): PatchSlice {
  const patches = new Int16Array(new SharedArrayBuffer(2 * count * PATCH_VOXELS));
  const next = mulberry32(1);
  for (let i = 0; i < patches.length; i++) patches[i] = Math.floor(next() * 1225) - 1024;
  return { patches, features: numbers(count * FEATURES), from: 0, to: count };
}

/** Each node shares a quarter of its volume with the next. */
function chain(nodes: number): Graph {
  const features = numbers(nodes * FEATURES);
  const next = mulberry32(2);
  for (let i = 0; i < features.length; i++) features[i] = 4 * next() - 2;
  const adjacency = new Float64Array(new SharedArrayBuffer(8 * nodes * nodes));
  for (let i = 0; i < nodes; i++)
    for (let j = 0; j < nodes; j++) adjacency[i * nodes + j] = [1, 0.25][Math.abs(i - j)] ?? 0;
  return { features, adjacency, embedding: numbers(FEATURES) };
}

const numbers = (count: number) => new Float32Array(new SharedArrayBuffer(4 * count));
