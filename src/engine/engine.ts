/** A tensor engine: where the networks run. All engines take the same layers and weights. */
import type { Lane, Workers } from '../core/stage.js';
import type { Weights } from './weights.js';

export const ENGINE_NAMES = ['wasm', 'node-gpu', 'node'] as const;
export type EngineName = (typeof ENGINE_NAMES)[number];

export interface Engine {
  readonly name: EngineName;
  readonly device: 'cpu' | 'gpu';
  /** Why this engine and no other, one sentence for the user. */
  readonly reason: string;
  /** The lane that its work keeps busy. */
  readonly lane: Lane;
  /** Patches at a time that keep it busy without growing memory; measured. */
  readonly patchBatch: number;
  /**
   * Runs the patch encoder and writes each slice's features. The composition of a batch never changes the numbers.
   * @param workers the run's threads as the batch's scans have them; by default as the engine was opened with them
   */
  encode(weights: Weights, slices: readonly PatchSlice[], workers?: Workers): Promise<void>;
  /** Runs the graph network and writes each subject's embedding. */
  aggregate(weights: Weights, graphs: readonly Graph[], workers?: Workers): Promise<void>;
  dispose(): Promise<void>;
}

/** Patches [from, to) of one subject. */
export interface PatchSlice {
  /** All of the subject's, `[patches, z, y, x]`, HU. */
  readonly patches: Int16Array<SharedArrayBuffer>;
  /** `[patches, 128]`, written at the same positions. */
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

/** The same patches in pieces of at most `size`. */
export function splitSlices(slices: readonly PatchSlice[], size: number): PatchSlice[][] {
  const batches: PatchSlice[][] = [];
  let room = 0;
  for (const slice of slices) {
    for (let { from } = slice; from < slice.to;) {
      if (room === 0) {
        batches.push([]);
        room = size;
      }
      const to = Math.min(slice.to, from + room);
      batches.at(-1)!.push({ ...slice, from, to });
      room -= to - from;
      from = to;
    }
  }
  return batches;
}
