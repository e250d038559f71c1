/** Patches and graphs as engines take them, with room for what they write. */
import type { Graph, PatchSlice } from '../../src/engine/engine.js';
import { PATCH_VOXELS } from '../../src/imaging/atlas/atlas.js';
import { FEATURES } from '../../src/networks/patch-encoder.js';
import { randomNodes } from '../networks/random-network.js';

/** `[rows, 128]`, zeros. */
export const room = (rows: number): Float32Array<SharedArrayBuffer> =>
  new Float32Array(new SharedArrayBuffer(4 * rows * FEATURES));

/** All of them, `[patches, z, y, x]`, in shared memory. */
export function whole(patches: Int16Array): PatchSlice {
  const shared = new Int16Array(new SharedArrayBuffer(patches.byteLength));
  shared.set(patches);
  const count = patches.length / PATCH_VOXELS;
  return { patches: shared, features: room(count), from: 0, to: count };
}

/** Random nodes without edges. */
export const emptyGraph = (nodes: number, seed: number): Graph => ({
  features: randomNodes(nodes, seed),
  adjacency: new Float64Array(new SharedArrayBuffer(8 * nodes * nodes)),
  embedding: room(1),
});

/** Patches on a line: neighbours share 1/4, the next but one 0.1, which is no edge; some are cut off. */
export function lineGraph(nodes: number, seed: number): Graph {
  const graph = emptyGraph(nodes, seed);
  for (let i = 0; i < nodes; i++)
    for (let j = 0; j < nodes; j++)
      graph.adjacency[i * nodes + j] = [1, i % 7 && j % 7 ? 0.25 : 0, 0.1][Math.abs(i - j)] ?? 0;
  return graph;
}
