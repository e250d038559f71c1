/** A tensor engine: where the networks run. All engines take the same layers and weights. */
import type { Lane, Workers } from '../core/stage.js';
import type { OnnxModel } from '../networks/onnx-file.js';
import type { Weights } from '../networks/weights.js';

export interface Device {
  /** A GPU that is only imitated by software is a CPU. */
  readonly kind: 'cpu' | 'gpu';
  /** As its driver calls it; recorded with the results, so it tells no more than they may depend on. */
  readonly name: string;
  /** Where the library has several: the faster ones, and why not they. */
  readonly passedOver?: string;
}

/** Hears what the user must know of what happens while a network runs. */
export type Say = (message: string) => void;

export interface Engine {
  readonly device: Device;
  /** The lane that its work keeps busy. */
  readonly lane: Lane;
  /** The patch encoder: writes each slice's features. */
  loadEncoder(weights: Weights, say?: Say): Promise<LoadedNetwork<PatchSlice>>;
  /** An encoder of the user's own, from an ONNX file: where the engine runs such files. @throws modelError that says what is wrong with it */
  loadModel?(model: OnnxModel, say?: Say): Promise<LoadedModel>;
  /** The graph network: writes each subject's embedding. */
  loadGraphNetwork(weights: Weights, say?: Say): Promise<LoadedNetwork<Graph>>;
  /** What was loaded ends, too. */
  dispose(): Promise<void>;
}

/** One that was opened for a run. */
export interface ChosenEngine extends Engine {
  /** Of its descriptor. */
  readonly name: string;
  /** Why this engine and no other, for the user: what stands after a colon. */
  readonly reason: string;
}

/** Uses a new engine, which is disposed of when that fails. */
export async function orDispose<T>(engine: Engine, use: () => Promise<T>): Promise<T> {
  try {
    return await use();
  } catch (thrown) {
    await engine.dispose();
    throw thrown;
  }
}

/** A network whose weights are on the engine's device. */
export interface LoadedNetwork<Item> {
  /** Patches, or graphs, at a time that keep the device busy and fit its memory: fewer from when they did not. */
  readonly batch: number;
  /**
   * Where only trying tells what keeps the device busy: tries, for a second or two, and settles `batch`.
   * @throws resourceError `device-memory` when the device has too little for one
   */
  measureBatch?(): Promise<void>;
  /**
   * Runs a batch of any size, and leaves the results in the items. What else is in a batch never changes an item's numbers.
   * @param workers the run's threads as the batch's scans have them; by default as the engine was opened with them
   */
  run(items: readonly Item[], workers?: Workers): Promise<void>;
  dispose(): Promise<void>;
}

export interface LoadedModel extends LoadedNetwork<PatchSlice> {
  /** Numbers that a patch gives. */
  readonly features: number;
  /** Where it runs: the engine's device, if that takes the model. */
  readonly device: string;
}

/** Patches [from, to) of one subject. */
export interface PatchSlice {
  /** All of the subject's, `[patches, z, y, x]`, HU. */
  readonly patches: Int16Array<SharedArrayBuffer>;
  /** `[patches, 128]`, or as many as a model of the user's gives, written at the same positions. */
  readonly features: Float32Array<SharedArrayBuffer>;
  readonly from: number;
  readonly to: number;
}

/** One subject's graph. */
export interface Graph {
  /** `[nodes, 128]` */
  readonly features: Float32Array<SharedArrayBuffer>;
  /** `[nodes, nodes]`, shared part of the volume, 0 to 1. */
  readonly adjacency: Float64Array<SharedArrayBuffer>;
  /** `[128]`, written. */
  readonly embedding: Float32Array<SharedArrayBuffer>;
}
