/** The patch graph: how much of their volume two patches share (reference sections 4 and 6). */
import { PATCH_EDGE, PATCH_VOXELS } from './atlas.js';

/** Patches that share more than this are joined by an edge. */
export const EDGE_OVERLAP = 0.13;

/**
 * a_ij = product over the axes of (`PATCH_EDGE` - |p_i - p_j|) / `PATCH_VOXELS`, 0 when they do not overlap; the diagonal is 1.
 * @param cornersXyz `[count, 3]`
 * @returns `[count, count]`
 */
export function patchAdjacency(cornersXyz: Int32Array): Float64Array<SharedArrayBuffer> {
  const count = cornersXyz.length / 3;
  const adjacency = new Float64Array(new SharedArrayBuffer(8 * count * count));
  const shared = (i: number, j: number, axis: number) =>
    Math.max(0, PATCH_EDGE - Math.abs(cornersXyz[3 * i + axis] - cornersXyz[3 * j + axis]));
  for (let i = 0; i < count; i++) {
    for (let j = 0; j <= i; j++) {
      const overlap = (shared(i, j, 0) * shared(i, j, 1) * shared(i, j, 2)) / PATCH_VOXELS;
      adjacency[count * i + j] = adjacency[count * j + i] = overlap;
    }
  }
  return adjacency;
}

/** Pairs of different patches joined by an edge, each counted once. */
export function countEdges(adjacency: Float64Array, count: number): number {
  let edges = 0;
  for (let i = 0; i < count; i++) {
    for (let j = 0; j < i; j++) if (adjacency[count * i + j] > EDGE_OVERLAP) edges += 1;
  }
  return edges;
}
