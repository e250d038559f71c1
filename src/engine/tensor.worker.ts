/**
 * Runs on worker threads: the networks on the thread's own tfjs backend. The backend and the models stay with the
 * thread, models by the hash of their weights; results go straight into the callers' shared arrays.
 */
import type { Graph, PatchSlice } from './engine.js';
import {
  buildEncoder,
  encodePatches,
  FEATURES,
  PATCH_VOXELS,
  writeNetworkInput,
  type Encoder,
} from './encoder.js';
import { buildGraphNetwork, embedGraph, normalisedAdjacency, type GraphNetwork } from './graph-network.js';
import { openNativeBackend } from './native-backend.js';
import type { Tf } from './tfjs.js';
import { openWasmBackend } from './wasm-backend.js';
import type { Weights } from './weights.js';

/** The wasm backend, or the module URL of a package with tfjs's 'tensorflow' backend. */
export type BackendSource = { readonly kind: 'wasm' } | { readonly kind: 'native'; readonly url: string };

interface Backend {
  readonly tf: Tf;
  readonly device: 'cpu' | 'gpu';
}
let backend: Promise<Backend> | undefined;
const encoders = new Map<string, Encoder>();
const graphNetworks = new Map<string, GraphNetwork>();

const open = (source: BackendSource): Promise<Backend> =>
  (backend ??=
    source.kind === 'native'
      ? openNativeBackend(source.url)
      : openWasmBackend().then((tf) => ({ tf, device: 'cpu' })));

/** Starts the thread's backend. */
export async function start(source: BackendSource): Promise<'cpu' | 'gpu'> {
  return (await open(source)).device;
}

/** Features of the slices' patches, in one pass of the network. */
export async function encode(
  source: BackendSource,
  weights: Weights,
  slices: readonly PatchSlice[],
): Promise<void> {
  const { tf } = await open(source);
  const encoder = cached(encoders, weights.sha256, () => buildEncoder(tf, weights.parameters));
  const count = slices.reduce((sum, { from, to }) => sum + to - from, 0);
  const input = new Float32Array(count * PATCH_VOXELS);
  let at = 0;
  for (const { patches, from, to } of slices) {
    writeNetworkInput(patches.subarray(from * PATCH_VOXELS, to * PATCH_VOXELS), input, at * PATCH_VOXELS);
    at += to - from;
  }
  const features = await encodePatches(tf, encoder, input);
  at = 0;
  for (const slice of slices) {
    const patches = slice.to - slice.from;
    slice.features.set(features.subarray(at * FEATURES, (at + patches) * FEATURES), slice.from * FEATURES);
    at += patches;
  }
}

/** Each graph by itself: one subject's numbers never touch another's. */
export async function aggregate(
  source: BackendSource,
  weights: Weights,
  graphs: readonly Graph[],
): Promise<void> {
  const { tf } = await open(source);
  const network = cached(graphNetworks, weights.sha256, () => buildGraphNetwork(tf, weights.parameters));
  for (const { features, adjacency, embedding } of graphs) {
    const normalised = normalisedAdjacency(adjacency, features.length / FEATURES);
    embedding.set(await embedGraph(tf, network, features.slice(), normalised));
  }
}

function cached<T>(models: Map<string, T>, key: string, build: () => T): T {
  const model = models.get(key) ?? build();
  models.set(key, model);
  return model;
}
