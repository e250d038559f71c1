/**
 * Runs on worker threads: both networks, by our own code. The last few stay with the thread, by the hash of their weights;
 * results go straight into the callers' shared arrays.
 */
import type { Weights } from '../../networks/weights.js';
import type { Graph, PatchSlice } from '../engine.js';
import { createWasmEncoder, type WasmEncoder } from './encoder.js';
import { createPlainGraphNetwork, type PlainGraphNetwork } from './graph-network.js';
import { LruCache } from './lru-cache.js';

/** A run has one of each; a few more for whoever keeps several engines open. An encoder takes about 10 MB. */
const KEPT = 3;

const encoders = new LruCache<string, WasmEncoder>(KEPT);
const graphNetworks = new LruCache<string, PlainGraphNetwork>(KEPT);

/** Writes the features of the slices' patches. */
export function encode({ sha256, parameters }: Weights, slices: readonly PatchSlice[]): void {
  encoders.getOrMake(sha256, () => createWasmEncoder(parameters)).encode(slices);
}

/** Writes the graphs' embeddings, each by itself: one subject's numbers never touch another's. */
export function aggregate({ sha256, parameters }: Weights, graphs: readonly Graph[]): void {
  const network = graphNetworks.getOrMake(sha256, () => createPlainGraphNetwork(parameters));
  graphs.forEach((graph) => network.embed(graph));
}
