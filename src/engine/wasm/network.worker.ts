/**
 * Runs on worker threads: both networks, by our own code. They stay with the thread, by the hash of their weights; results go
 * straight into the callers' shared arrays.
 */
import type { Weights } from '../../networks/weights.js';
import type { Graph, PatchSlice } from '../engine.js';
import { createWasmEncoder, type WasmEncoder } from './encoder.js';
import { createPlainGraphNetwork, type PlainGraphNetwork } from './graph-network.js';

const encoders = new Map<string, WasmEncoder>();
const graphNetworks = new Map<string, PlainGraphNetwork>();

/** Writes the features of the slices' patches. */
export function encode({ sha256, parameters }: Weights, slices: readonly PatchSlice[]): void {
  cached(encoders, sha256, () => createWasmEncoder(parameters)).encode(slices);
}

/** Writes the graphs' embeddings, each by itself: one subject's numbers never touch another's. */
export function aggregate({ sha256, parameters }: Weights, graphs: readonly Graph[]): void {
  const network = cached(graphNetworks, sha256, () => createPlainGraphNetwork(parameters));
  graphs.forEach((graph) => network.embed(graph));
}

function cached<T>(networks: Map<string, T>, key: string, build: () => T): T {
  const network = networks.get(key) ?? build();
  networks.set(key, network);
  return network;
}
