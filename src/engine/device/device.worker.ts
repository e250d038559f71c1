/** Runs on the thread of a device: a backend, and the networks that were loaded on it. */
import { collectGarbage } from '../../core/garbage.js';
import type { OnnxModel } from '../../networks/onnx-file.js';
import { PATCH_VOXELS } from '../../imaging/atlas/atlas.js';
import type { Weights } from '../../networks/weights.js';
import type { Device, Graph, PatchSlice } from '../engine.js';
import type {
  Backend,
  BackendModule,
  BackendSource,
  BatchBounds,
  DeviceMemory,
  DeviceNetwork,
  ModelNetwork,
} from './backend.js';

/** The patches of three scans. */
const WORTHWHILE_BYTES = 128 * 2 ** 20;

let backend: Promise<Backend> | undefined;
const encoders = new Map<number, DeviceNetwork<PatchSlice>>();
const graphNetworks = new Map<number, DeviceNetwork<Graph>>();
let loaded = 0;

/** By its number; each loads its own. */
export interface LoadedNumber {
  readonly network: number;
  readonly bounds: BatchBounds;
}

export interface OpenDevice {
  readonly device: Device;
  /** Whether it runs encoders of the user's own. */
  readonly runsModels: boolean;
}

export async function open(source: BackendSource): Promise<OpenDevice> {
  backend ??= openBackend(source);
  const opened = await backend;
  return { device: opened.device, runsModels: 'buildModel' in opened };
}

async function openBackend(source: BackendSource): Promise<Backend> {
  const module = (await import(source.module)) as BackendModule;
  return module.openBackend(source);
}

export async function loadEncoder(weights: Weights): Promise<LoadedNumber> {
  return keep(encoders, await (await backend!).buildEncoder(weights));
}

/** @returns with it what is known of the user's own encoder */
export async function loadModel(
  model: OnnxModel,
): Promise<LoadedNumber & Pick<ModelNetwork, 'features' | 'device'>> {
  const network = await (await backend!).buildModel!(model);
  const { features, device } = network;
  return { ...keep(encoders, network), features, device };
}

export async function loadGraphNetwork(weights: Weights): Promise<LoadedNumber> {
  return keep(graphNetworks, await (await backend!).buildGraphNetwork(weights));
}

function keep<T>(networks: Map<number, DeviceNetwork<T>>, network: DeviceNetwork<T>): LoadedNumber {
  networks.set(++loaded, network);
  const { largestBatch, filledUp = false } = network;
  return { network: loaded, bounds: { largestBatch, filledUp } };
}

export async function encode(network: number, slices: readonly PatchSlice[], places: number): Promise<void> {
  await encoders.get(network)!.run(slices, places);
  letGoOf(slices);
}

export const aggregate = (network: number, graphs: readonly Graph[], places: number): Promise<void> =>
  graphNetworks.get(network)!.run(graphs, places);

let passedBytes = 0;

/** Shared patches live until this thread, too, has collected what referred to them: V8 alone would keep gigabytes. */
function letGoOf(slices: readonly PatchSlice[]): void {
  for (const { from, to } of slices) passedBytes += 2 * PATCH_VOXELS * (to - from);
  if (passedBytes < WORTHWHILE_BYTES) return;
  passedBytes = 0;
  collectGarbage();
}

export async function unload(network: number): Promise<void> {
  for (const networks of [encoders, graphNetworks]) {
    await networks.get(network)?.dispose();
    networks.delete(network);
  }
}

export async function memory(): Promise<DeviceMemory> {
  return (await backend!).memory();
}

export async function close(): Promise<void> {
  await (await backend)?.dispose();
}
