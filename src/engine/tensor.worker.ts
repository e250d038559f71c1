/**
 * Runs on worker threads: the networks, by the thread's own tfjs backend or, the patch encoder of the wasm engine, without
 * tfjs. Backend and models stay with the thread, models by the hash of their weights; results go straight into the callers'
 * shared arrays.
 */
import type { Graph, PatchSlice } from './engine.js';
import { FEATURES } from './encoder.js';
import { buildGraphNetwork, embedGraph, normalisedAdjacency, type GraphNetwork } from './graph-network.js';
import { buildTfjsEncoder, encodeWithTfjs, type TfjsEncoder } from './tfjs-encoder.js';
import type { Tf } from './tfjs.js';
import { createWasmEncoder, type WasmEncoder } from './wasm-encoder.js';
import type { Weights } from './weights.js';

/** The wasm backend, or the module URL of a package with tfjs's 'tensorflow' backend. */
export type BackendSource = { readonly kind: 'wasm' } | { readonly kind: 'native'; readonly url: string };

interface Backend {
  readonly tf: Tf;
  readonly device: 'cpu' | 'gpu';
}
let backend: Promise<Backend> | undefined;
const wasmEncoders = new Map<string, WasmEncoder>();
const tfjsEncoders = new Map<string, TfjsEncoder>();
const graphNetworks = new Map<string, GraphNetwork>();

/** Imported when first needed: a thread that only encodes never pays for tfjs. */
const open = (source: BackendSource): Promise<Backend> =>
  (backend ??= source.kind === 'native' ? openNative(source.url) : openWasm());

async function openNative(url: string): Promise<Backend> {
  const { openNativeBackend } = await import('./native-backend.js');
  return openNativeBackend(url);
}

async function openWasm(): Promise<Backend> {
  const { openWasmBackend } = await import('./wasm-backend.js');
  return { tf: await openWasmBackend(), device: 'cpu' };
}

/** Starts the thread's backend. */
export async function start(source: BackendSource): Promise<'cpu' | 'gpu'> {
  return (await open(source)).device;
}

/** Writes the features of the slices' patches. */
export async function encode(
  source: BackendSource,
  { sha256, parameters }: Weights,
  slices: readonly PatchSlice[],
): Promise<void> {
  if (source.kind === 'wasm') {
    cached(wasmEncoders, sha256, () => createWasmEncoder(parameters)).encode(slices);
    return;
  }
  const { tf } = await open(source);
  await encodeWithTfjs(
    tf,
    cached(tfjsEncoders, sha256, () => buildTfjsEncoder(tf, parameters)),
    slices,
  );
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
