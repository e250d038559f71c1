/** What the thread of a device runs networks with: one implementation for each library. */
import type { OnnxModel } from '../../networks/onnx-file.js';
import type { Weights } from '../../networks/weights.js';
import type { Device, Graph, PatchSlice } from '../engine.js';

/** How to open it, cloneable: each library adds what it needs. */
export interface BackendSource {
  /** URL of the module that opens it, on the device's thread: a `BackendModule`. Its library is imported only there. */
  readonly module: string;
}

export interface BackendModule<Source extends BackendSource = BackendSource> {
  /** @throws whatever the library says; `withoutGpu` */
  openBackend(source: Source): Promise<Backend>;
}

export interface Backend {
  readonly device: Device;
  buildEncoder(weights: Weights): Promise<DeviceNetwork<PatchSlice>>;
  /** A user's own encoder, where the library runs such files. */
  buildModel?(model: OnnxModel): Promise<ModelNetwork>;
  buildGraphNetwork(weights: Weights): Promise<DeviceNetwork<Graph>>;
  /** What it holds just now. */
  memory(): DeviceMemory;
  dispose(): Promise<void>;
}

export interface DeviceMemory {
  readonly tensors: number;
  readonly bytes: number;
}

export interface BatchBounds {
  /** The most items that one call may take. */
  readonly largestBatch: number;
  /** The library may round otherwise when a batch has another size: each is filled up, to as many places as are allowed. */
  readonly filledUp?: boolean;
}

export interface DeviceNetwork<Item> extends BatchBounds {
  /**
   * Runs all items in one pass of the network, and leaves the results in them. Several calls may overlap.
   * @param places the most items that a batch may have just now
   * @throws resourceError `device-memory` when the device has too little for so many: nothing was written
   */
  run(items: readonly Item[], places: number): Promise<void>;
  dispose(): void | Promise<void>;
}

export interface ModelNetwork extends DeviceNetwork<PatchSlice> {
  /** Numbers that a patch gives. */
  readonly features: number;
  /** Where it runs: all of it, or only a part, on the backend's device. */
  readonly device: string;
}
