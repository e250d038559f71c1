/** Cheapest surface between two sides of a region: minimum cut by Dinic's maximum flow on the 6-connected voxel graph. */
import type { Grid } from '../space/grid.js';
import { runsOf } from './runs.js';

/** State of a voxel in the region to be cut. */
export const FREE = 1;
export const SOURCE = 2;
export const SINK = 3;

/**
 * @param state 0 = not in the region, else FREE, SOURCE or SINK
 * @param cost whole-number price of cutting between two neighbouring voxels, along axis 0, 1 or 2
 * @returns 1 where a voxel stays with the source, 0 elsewhere
 * Source: Dinic 1970; minimum cuts as minimal surfaces: Boykov and Kolmogorov, ICCV 2003.
 */
export function minCut(
  state: Uint8Array,
  grid: Grid,
  cost: (a: number, b: number, axis: 0 | 1 | 2) => number,
): Uint8Array {
  const [nx, ny, nz] = grid.size;
  const free = runsOf(state, grid, FREE);
  // Read where the state is FREE only.
  const nodeAt = new Int32Array(state.length);
  let nodes = 0;
  for (let run = 0; run < free.starts.length; run++)
    for (let i = free.starts[run]; i < free.ends[run]; i++) nodeAt[i] = nodes++;
  // Arcs 6n..6n+5 of node n go to -x, +x, -y, +y, -z, +z; arc e is answered by (target, e ^ 1).
  const target = new Int32Array(6 * nodes).fill(-1);
  const capacity = new Int32Array(6 * nodes);
  const fromSource = new Uint8Array(nodes);
  const toSink = new Uint8Array(nodes);
  const strides = [1, nx, nx * ny];
  const lengths = [nx, ny, nz];
  for (let run = 0; run < free.starts.length; run++) {
    for (let i = free.starts[run]; i < free.ends[run]; i++) {
      const node = nodeAt[i];
      const row = Math.floor(i / nx);
      const at = [i - nx * row, row % ny, Math.floor(row / ny)];
      for (const axis of [0, 1, 2] as const) {
        for (const side of [0, 1]) {
          if (side === 0 ? at[axis] === 0 : at[axis] === lengths[axis] - 1) continue;
          const j = side === 0 ? i - strides[axis] : i + strides[axis];
          if (state[j] === SOURCE) fromSource[node] = 1;
          else if (state[j] === SINK) toSink[node] = 1;
          else if (state[j] === FREE) {
            target[6 * node + 2 * axis + side] = nodeAt[j];
            capacity[6 * node + 2 * axis + side] = cost(i, j, axis);
          }
        }
      }
    }
  }
  const reached = saturate(nodes, target, capacity, fromSource, toSink);
  const source = new Uint8Array(state.length);
  for (let i = 0; i < state.length; i++) if (state[i] === SOURCE) source[i] = 1;
  for (let run = 0; run < free.starts.length; run++)
    for (let i = free.starts[run]; i < free.ends[run]; i++) if (reached[nodeAt[i]] >= 0) source[i] = 1;
  return source;
}

/** Runs Dinic's phases to the end; leaves residual capacities. Returns the last levels: -1 where the source no longer reaches. */
function saturate(
  nodes: number,
  target: Int32Array,
  capacity: Int32Array,
  fromSource: Uint8Array,
  toSink: Uint8Array,
): Int32Array {
  const level = new Int32Array(nodes);
  const queue = new Int32Array(nodes);
  const nextArc = new Uint8Array(nodes);
  const path = new Int32Array(nodes + 1);
  for (;;) {
    if (!layer()) return level;
    nextArc.fill(0);
    for (let start = 0; start < nodes; start++) if (fromSource[start]) augmentFrom(start);
  }

  /** Breadth-first levels from the source; true when they reach the sink. */
  function layer(): boolean {
    level.fill(-1);
    let end = 0;
    let found = false;
    for (let n = 0; n < nodes; n++) {
      // A voxel that touches both sides belongs to the source: nothing to decide.
      if (!fromSource[n]) continue;
      level[n] = 0;
      queue[end++] = n;
    }
    for (let head = 0; head < end; head++) {
      const n = queue[head];
      if (toSink[n] && !fromSource[n]) found = true;
      for (let e = 6 * n; e < 6 * n + 6; e++) {
        const m = target[e];
        if (m < 0 || capacity[e] === 0 || level[m] >= 0) continue;
        level[m] = level[n] + 1;
        queue[end++] = m;
      }
    }
    return found;
  }

  /** Pushes all flow that leaves `start` along rising levels: depth-first, each arc given up once. */
  function augmentFrom(start: number): void {
    let depth = 0;
    let n = start;
    for (;;) {
      if (toSink[n] && !fromSource[n]) {
        let flow = capacity[path[0]];
        for (let d = 1; d < depth; d++) flow = Math.min(flow, capacity[path[d]]);
        let bottleneck = depth;
        for (let d = depth - 1; d >= 0; d--) {
          const e = path[d];
          capacity[e] -= flow;
          const back = 6 * target[e] + ((e % 6) ^ 1);
          capacity[back] += flow;
          if (capacity[e] === 0) bottleneck = d;
        }
        depth = bottleneck;
        n = Math.floor(path[depth] / 6);
        continue;
      }
      let advanced = false;
      for (; nextArc[n] < 6; nextArc[n]++) {
        const e = 6 * n + nextArc[n];
        const m = target[e];
        if (m < 0 || capacity[e] === 0 || level[m] !== level[n] + 1) continue;
        path[depth++] = e;
        n = m;
        advanced = true;
        break;
      }
      if (advanced) continue;
      if (depth === 0) return;
      n = Math.floor(path[--depth] / 6);
      nextArc[n]++;
    }
  }
}
