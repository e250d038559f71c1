/** What the batches of a network consist of. */
import type { Graph, PatchSlice } from '../engine.js';
import { countPatches, splitSlices } from '../patch-slices.js';

export interface Unit<Item> {
  readonly plural: string;
  count(items: readonly Item[]): number;
  /** The same in pieces of at most `size`. */
  split(items: readonly Item[], size: number): readonly (readonly Item[])[];
}

export const PATCHES: Unit<PatchSlice> = {
  plural: 'patches',
  count: countPatches,
  split: splitSlices,
};

export const GRAPHS: Unit<Graph> = {
  plural: 'graphs',
  count: (graphs) => graphs.length,
  split: (graphs, size) =>
    Array.from({ length: Math.ceil(graphs.length / size) }, (_, i) => graphs.slice(i * size, (i + 1) * size)),
};
