/** The inner border of the rib cage around a pair of lungs, read off its bones slice by slice. */
import type { Grid } from '../../src/imaging/grid.js';
import { LEFT_LUNG, RIGHT_LUNG } from '../../src/imaging/volume.js';

/** A block this dense is bone, HU: above muscle and enhanced lung; a rib fills no block, but half of one. */
export const BONE_HU = 160;
/** Ribs cross a line along the body every 20 to 30 mm: the border between two is theirs, mm. */
const INTERCOSTAL_MM = 38;
/** What is shorter than this along the body is a calcified node or a vessel, mm. */
const SPOT_MM = 18;
/** From slice to slice looked at, mm. */
const STEP_MM = 4.4;
/** Bone farther than this from the lung is no rib of it, mm. */
const REACH_MM = 130;
/** So far before the dorsal ribs lies the inside of the chest at every breadth: the paravertebral gutters, share of the half width. */
const GUTTER = 0.35;
/** Half of the spine's breadth with the heads of the ribs, mm. */
const SPINE_MM = 45;
/** The spine bends no sharper than this, mm. */
const SPINE_SMOOTH_MM = 30;

/** No bone: farther than any. */
export const NO_BONE = 32000;

/** Lengths in blocks; slices looked at are counted from `firstZ`, `stepZ` blocks apart. */
export interface RibCage {
  readonly firstZ: number;
  readonly stepZ: number;
  readonly slices: number;
  /** x of the spine's middle in each slice. */
  readonly midX: Float64Array;
  /** y of the dorsal ribs in each slice. */
  readonly backY: Float64Array;
  /** From the middle to the ribs at their widest, right and left, in each slice. */
  readonly halfWidth: readonly [right: Float64Array, left: Float64Array];
  /** y of the first bone towards the back, [slice][x]. */
  readonly back: Int16Array;
  /** -y of the first bone towards the front, [slice][x]. */
  readonly front: Int16Array;
  /** -x (right) and x (left) of the first bone outwards, [slice][y]. */
  readonly outward: readonly [right: Int16Array, left: Int16Array];
}

/** Undefined when there are no lungs, or no bones around them. */
export function ribCage(hu: Int16Array, grid: Grid, labels: Uint8Array): RibCage | undefined {
  const [nx, ny, nz] = grid.size;
  const [mmX, mmY, mmZ] = grid.spacing;
  const box = boxOf(labels, grid);
  if (!box) return undefined;
  const stepZ = Math.max(1, Math.round(STEP_MM / mmZ));
  const margin = Math.ceil(INTERCOSTAL_MM / mmZ / stepZ) * stepZ;
  const firstZ = box.z0 - Math.min(box.z0, margin);
  const slices = Math.floor((Math.min(nz - 1, box.z1 + margin) - firstZ) / stepZ) + 1;
  const window = Math.ceil(INTERCOSTAL_MM / (mmZ * stepZ)) | 1;
  const spot = Math.ceil(SPOT_MM / (mmZ * stepZ)) | 1;
  const base = (s: number) => nx * ny * (firstZ + s * stepZ);

  /** First bone from `i` on: how many steps, NO_BONE within the reach or the grid. */
  const toBone = (i: number, stride: number, most: number): number => {
    for (let n = 0; n <= most; n++) if (hu[i + n * stride] >= BONE_HU) return n;
    return NO_BONE;
  };
  const [reachX, reachY] = [Math.round(REACH_MM / mmX), Math.round(REACH_MM / mmY)];

  // 1. Behind the lungs: where their back lies.
  const lastY = new Int16Array(slices * nx).fill(-1);
  const firstY = new Int16Array(slices * nx).fill(-1);
  const lastX = [new Int16Array(slices * ny).fill(-1), new Int16Array(slices * ny).fill(-1)];
  for (let s = 0; s < slices; s++) {
    for (let y = box.y0; y <= box.y1; y++) {
      const row = base(s) + nx * y;
      for (let x = box.x0; x <= box.x1; x++) {
        const label = labels[row + x];
        if (label === 0) continue;
        lastY[s * nx + x] = y;
        if (firstY[s * nx + x] < 0) firstY[s * nx + x] = y;
        if (label === LEFT_LUNG) lastX[1][s * ny + y] = x;
        else if (lastX[0][s * ny + y] < 0) lastX[0][s * ny + y] = x;
      }
    }
  }
  const back = new Int16Array(slices * nx).fill(NO_BONE);
  const scanBack = (s: number, x: number, from: number): void => {
    const n = toBone(base(s) + nx * from + x, nx, Math.min(reachY, ny - 1 - from));
    back[s * nx + x] = n === NO_BONE ? NO_BONE : from + n;
  };
  for (let s = 0; s < slices; s++) {
    for (let x = box.x0; x <= box.x1; x++) if (lastY[s * nx + x] >= 0) scanBack(s, x, lastY[s * nx + x]);
  }
  const bridged = opened(back, nx, slices, window);
  const backY = bySlice(slices, (s) => {
    const seen: number[] = [];
    for (let x = box.x0; x <= box.x1; x++) {
      if (lastY[s * nx + x] >= 0 && bridged[s * nx + x] < NO_BONE) seen.push(bridged[s * nx + x]);
    }
    return seen.length < 6 ? NaN : quantile(seen, 0.75);
  });
  if (!backY) return undefined;

  // 2. The spine's middle.
  const about = (box.x0 + box.x1) / 2;
  const spine = Math.round(SPINE_MM / mmX);
  const found = bySlice(slices, (s) => {
    let [sum, count] = [0, 0];
    const y0 = Math.max(0, Math.round(backY[s] - 45 / mmY));
    const y1 = Math.min(ny - 1, Math.round(backY[s] + 25 / mmY));
    for (let y = y0; y <= y1; y++) {
      const row = base(s) + nx * y;
      for (
        let x = Math.max(0, Math.round(about) - spine);
        x <= Math.min(nx - 1, Math.round(about) + spine);
        x++
      ) {
        if (hu[row + x] < BONE_HU) continue;
        sum += x;
        count++;
      }
    }
    return count < 10 ? NaN : sum / count;
  });
  if (!found) return undefined;
  const midX = smoothed(found, Math.round(SPINE_SMOOTH_MM / (mmZ * stepZ)));

  // 3. Outwards, first where lung tells where the inside is.
  const outward = [0, 1].map(() => new Int16Array(slices * ny).fill(NO_BONE));
  const scanOut = (side: number, s: number, y: number, from: number): void => {
    const sign = side === 0 ? -1 : 1;
    const room = side === 0 ? from : nx - 1 - from;
    const n = toBone(base(s) + nx * y + from, sign, Math.min(reachX, room));
    outward[side][s * ny + y] = n === NO_BONE ? NO_BONE : sign * from + n;
  };
  const halfWidth: Float64Array[] = [];
  for (const side of [0, 1]) {
    const sign = side === 0 ? -1 : 1;
    for (let s = 0; s < slices; s++) {
      for (let y = box.y0; y <= box.y1; y++) {
        if (lastX[side][s * ny + y] >= 0) scanOut(side, s, y, lastX[side][s * ny + y]);
      }
    }
    const across = opened(outward[side], ny, slices, window);
    const width = bySlice(slices, (s) => {
      const seen: number[] = [];
      for (let y = box.y0; y <= box.y1; y++) {
        if (lastX[side][s * ny + y] >= 0 && across[s * ny + y] < NO_BONE)
          seen.push(across[s * ny + y] - sign * midX[s]);
      }
      return seen.length < 6 ? NaN : quantile(seen, 0.85);
    });
    if (!width) return undefined;
    halfWidth.push(width);
  }

  // 4. All lines, begun where the inside of the chest is known to be.
  const front = new Int16Array(slices * nx).fill(NO_BONE);
  for (let s = 0; s < slices; s++) {
    const half = Math.max(halfWidth[0][s], halfWidth[1][s]);
    const gutterY = Math.max(0, Math.min(ny - 1, Math.round(backY[s] - (GUTTER * half * mmX) / mmY)));
    for (let x = box.x0; x <= box.x1; x++) {
      const at = s * nx + x;
      scanBack(s, x, Math.max(gutterY, lastY[at]));
      const from = firstY[at] >= 0 ? Math.min(firstY[at], gutterY) : gutterY;
      const n = toBone(base(s) + nx * from + x, -nx, Math.min(reachY, from));
      front[at] = n === NO_BONE ? NO_BONE : -from + n;
    }
    for (const side of [0, 1]) {
      const sign = side === 0 ? -1 : 1;
      const from = Math.round(midX[s] + sign * 0.5 * halfWidth[side][s]);
      for (let y = box.y0; y <= Math.min(ny - 1, Math.round(backY[s])); y++) {
        const last = lastX[side][s * ny + y];
        scanOut(side, s, y, last < 0 ? from : sign * last > sign * from ? last : from);
      }
    }
  }
  const bridge = (map: Int16Array, width: number) =>
    closed(opened(map, width, slices, window), width, slices, spot);
  const narrowing = (map: Int16Array, side: number) => {
    const most = Math.max(...halfWidth[side]);
    const shoulder = halfWidth[side].findLastIndex((width) => width > 0.95 * most);
    for (let s = shoulder + 1; s < slices; s++)
      for (let y = 0; y < ny; y++) map[s * ny + y] = Math.min(map[s * ny + y], map[(s - 1) * ny + y]);
    return map;
  };
  return {
    firstZ,
    stepZ,
    slices,
    midX,
    backY,
    halfWidth: [halfWidth[0], halfWidth[1]],
    back: bridge(back, nx),
    front: bridge(front, nx),
    outward: [narrowing(bridge(outward[0], ny), 0), narrowing(bridge(outward[1], ny), 1)],
  };
}

export const sideIndex = (label: number): 0 | 1 => (label === RIGHT_LUNG ? 0 : 1);

function boxOf(labels: Uint8Array, { size: [nx, ny, nz] }: Grid) {
  let [x0, x1, y0, y1, z0, z1] = [nx, -1, ny, -1, nz, -1];
  for (let z = 0, row = 0; z < nz; z++) {
    for (let y = 0; y < ny; y++, row += nx) {
      let first = 0;
      while (first < nx && labels[row + first] === 0) first++;
      if (first === nx) continue;
      let last = nx - 1;
      while (labels[row + last] === 0) last--;
      [x0, x1] = [Math.min(x0, first), Math.max(x1, last)];
      [y0, y1] = [Math.min(y0, y), Math.max(y1, y)];
      [z0, z1] = [Math.min(z0, z), z];
    }
  }
  return x1 < 0 ? undefined : { x0, x1, y0, y1, z0, z1 };
}

/** What each slice tells; where one tells nothing (NaN), the nearest that does. Undefined when none does. */
function bySlice(slices: number, tell: (slice: number) => number): Float64Array | undefined {
  const told = Float64Array.from({ length: slices }, (_, s) => tell(s));
  if (told.every(Number.isNaN)) return undefined;
  return told.map((value, s) => {
    for (let away = 0; Number.isNaN(value); away++) {
      value = told[s - away];
      if (value === undefined || Number.isNaN(value)) value = told[s + away] ?? NaN;
    }
    return value;
  });
}

function quantile(values: number[], share: number): number {
  return values.sort((a, b) => a - b)[Math.floor(share * (values.length - 1))];
}

const smoothed = (values: Float64Array, reach: number): Float64Array =>
  values.map((_, s) => {
    const near = values.subarray(Math.max(0, s - reach), s + reach + 1);
    return near.reduce((sum, v) => sum + v, 0) / near.length;
  });

/** Peaks narrower than `window` slices are cut off. */
const opened = (map: Int16Array, width: number, slices: number, window: number): Int16Array =>
  extreme(extreme(map, width, slices, window, Math.min), width, slices, window, Math.max);

/** Troughs narrower than `window` slices are filled. */
const closed = (map: Int16Array, width: number, slices: number, window: number): Int16Array =>
  extreme(extreme(map, width, slices, window, Math.max), width, slices, window, Math.min);

/** Running minimum or maximum along the slices of [slice][width]. */
function extreme(
  map: Int16Array,
  width: number,
  slices: number,
  window: number,
  pick: (a: number, b: number) => number,
): Int16Array {
  const reach = window >> 1;
  const out = map.slice();
  for (let s = 0; s < slices; s++) {
    for (let t = Math.max(0, s - reach); t <= Math.min(slices - 1, s + reach); t++) {
      if (t === s) continue;
      for (let x = 0; x < width; x++) out[s * width + x] = pick(out[s * width + x], map[t * width + x]);
    }
  }
  return out;
}
