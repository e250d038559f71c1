/** The inner border of the rib cage around a pair of lungs, read off its bones slice by slice. */
import type { Grid } from '../space/grid.js';
import { nearestFilled, runningMean, withoutPeaks, withoutTroughs } from './along-slices.js';
import type { LungOutline } from './lung-outline.js';

/** A block this dense is bone, HU: above muscle and enhanced lung; a rib that half fills it is as dense. */
export const BONE_HU = 160;
/** A line along the body meets a rib every 20 to 30 mm: the border between two of them is theirs, mm. */
const INTERCOSTAL_MM = 38;
/** Bone shorter than this along the body is a calcified node or a vessel, mm. */
const SPOT_MM = 18;
/** Bone farther than this from the lung is none of its ribs, mm. */
const REACH_MM = 130;
/** So far before the dorsal ribs lies the inside of the chest from spine to side, share of the half width. */
const GUTTER = 0.35;
/** Half of the spine's breadth with the heads of the ribs; its depth before and behind the dorsal ribs, mm. */
const SPINE_MM = { aside: 45, before: 45, behind: 25 };
/** The spine bends no sharper, mm. */
const SPINE_BEND_MM = 30;
/** Fewer lines than this say nothing of a slice. */
const LEAST_LINES = 6;
/** Above the level where it has this share of its greatest half width the cage only narrows. */
const SHOULDER = 0.95;

/** No bone: farther than any. */
export const NO_BONE = 32000;

/** Lengths in blocks. Slices are the outline's. */
export interface RibCage {
  /** x of the spine's middle, in each slice. */
  readonly midX: Float64Array;
  /** y of the dorsal ribs, in each slice. */
  readonly backY: Float64Array;
  /** From the middle to the ribs at their widest, right and left, in each slice. */
  readonly halfWidth: readonly Float64Array[];
  /** y of the first bone towards the back, [slice][x]. */
  readonly back: Int16Array;
  /** -y of the first bone towards the front, [slice][x]. */
  readonly front: Int16Array;
  /** -x (right) and x (left) of the first bone outwards, [slice][y]. */
  readonly outward: readonly Int16Array[];
}

/** -1 towards the patient's right, 1 towards the left. */
export const outwards = (side: number): -1 | 1 => (side === 0 ? -1 : 1);

/** @returns undefined when no bones are seen around the lungs */
export function ribCage(hu: Int16Array, { size, spacing }: Grid, outline: LungOutline): RibCage | undefined {
  const [nx, ny] = size;
  const [mmX, mmY, mmZ] = spacing;
  const { stepZ, slices, firstY, lastY, outermost } = outline;
  const slicesOf = (mm: number) => mm / (mmZ * stepZ);
  const bridge = Math.ceil(slicesOf(INTERCOSTAL_MM / 2));
  const spot = Math.ceil(slicesOf(SPOT_MM / 2));
  const [from, to] = [Math.max(0, outline.low - 2 * bridge), Math.min(slices - 1, outline.high + 2 * bridge)];
  const [reachX, reachY] = [Math.round(REACH_MM / mmX), Math.round(REACH_MM / mmY)];
  const voxel = (x: number, y: number, s: number) => x + nx * (y + ny * s * stepZ);
  const none = (width: number) => new Int16Array(slices * width).fill(NO_BONE);

  /** Steps to the first bone. */
  function toBone(start: number, stride: number, most: number): number {
    for (let n = 0, i = start; n <= most; n++, i += stride) if (hu[i] >= BONE_HU) return n;
    return NO_BONE;
  }
  function backFrom(x: number, y: number, s: number): number {
    const n = toBone(voxel(x, y, s), nx, Math.min(reachY, ny - 1 - y));
    return n === NO_BONE ? n : y + n;
  }
  function frontFrom(x: number, y: number, s: number): number {
    const n = toBone(voxel(x, y, s), -nx, Math.min(reachY, y));
    return n === NO_BONE ? n : n - y;
  }
  function outFrom(side: number, x: number, y: number, s: number): number {
    const n = toBone(voxel(x, y, s), outwards(side), Math.min(reachX, side === 0 ? x : nx - 1 - x));
    return n === NO_BONE ? n : outwards(side) * x + n;
  }
  const eachSlice = (tell: (s: number) => number) =>
    Float64Array.from({ length: slices }, (_, s) => (s < from || s > to ? NaN : tell(s)));

  // From the lungs' own border: where back and sides lie.
  const behindLung = none(nx);
  for (let i = 0; i < behindLung.length; i++) {
    if (lastY[i] >= 0) behindLung[i] = backFrom(i % nx, lastY[i], Math.floor(i / nx));
  }
  const behind = withoutPeaks(behindLung, nx, bridge);
  const backY = nearestFilled(
    eachSlice((s) =>
      quantile(
        0.75,
        nx,
        (x) => lastY[s * nx + x] >= 0,
        (x) => behind[s * nx + x],
      ),
    ),
  );
  if (!backY) return undefined;
  const midX = spineX();
  if (!midX) return undefined;
  const widths = [0, 1].map((side) => {
    const beside = none(ny);
    const lungX = outermost[side];
    for (let i = 0; i < beside.length; i++) {
      if (lungX[i] >= 0) beside[i] = outFrom(side, lungX[i], i % ny, Math.floor(i / ny));
    }
    const border = withoutPeaks(beside, ny, bridge);
    return eachSlice(
      (s) =>
        quantile(
          0.85,
          ny,
          (y) => lungX[s * ny + y] >= 0,
          (y) => border[s * ny + y],
        ) -
        outwards(side) * midX[s],
    );
  });
  // A side without lung in a slice is as wide as the other.
  const halfWidth = widths.map((own, side) =>
    nearestFilled(own.map((width, s) => (Number.isNaN(width) ? widths[1 - side][s] : width))),
  );
  if (!halfWidth[0] || !halfWidth[1]) return undefined;
  const halves = [halfWidth[0], halfWidth[1]];

  // From where the inside of the chest is known to be, or the lungs' border beyond: every line.
  const [back, front] = [none(nx), none(nx)];
  const outward = [none(ny), none(ny)];
  for (let s = from; s <= to; s++) {
    const widest = Math.max(halves[0][s], halves[1][s]);
    const gutterY = clamp(backY[s] - (GUTTER * widest * mmX) / mmY, ny - 1);
    const [x0, x1] = [
      clamp(midX[s] - 1.1 * halves[0][s], nx - 1),
      clamp(midX[s] + 1.1 * halves[1][s], nx - 1),
    ];
    for (let x = x0; x <= x1; x++) {
      const i = s * nx + x;
      back[i] = backFrom(x, Math.max(gutterY, lastY[i]), s);
      front[i] = frontFrom(x, firstY[i] >= 0 ? Math.min(firstY[i], gutterY) : gutterY, s);
    }
    for (const side of [0, 1]) {
      const middle = clamp(midX[s] + outwards(side) * 0.5 * halves[side][s], nx - 1);
      const last = Math.min(ny - 1, Math.round(backY[s]));
      for (let y = clamp(backY[s] - (1.6 * widest * mmX) / mmY, ny - 1); y <= last; y++) {
        const lungX = outermost[side][s * ny + y];
        const beyond = lungX >= 0 && outwards(side) * (lungX - middle) > 0;
        outward[side][s * ny + y] = outFrom(side, beyond ? lungX : middle, y, s);
      }
    }
  }
  const border = (map: Int16Array, width: number) =>
    withoutTroughs(withoutPeaks(map, width, bridge), width, spot);
  return {
    midX,
    backY,
    halfWidth: halves,
    back: border(back, nx),
    front: border(front, nx),
    outward: outward.map((map, side) => narrowing(border(map, ny), ny, halves[side])),
  };

  /** Mean x of the bones behind the chest's middle. */
  function spineX(): Float64Array | undefined {
    let [first, last] = [nx, 0];
    for (let i = 0; i < lastY.length; i++) {
      if (lastY[i] < 0) continue;
      const x = i % nx;
      if (x < first) first = x;
      if (x > last) last = x;
    }
    const about = (first + last) / 2;
    const [x0, x1] = [
      clamp(about - SPINE_MM.aside / mmX, nx - 1),
      clamp(about + SPINE_MM.aside / mmX, nx - 1),
    ];
    const middles = eachSlice((s) => {
      const y0 = clamp(backY![s] - SPINE_MM.before / mmY, ny - 1);
      const y1 = clamp(backY![s] + SPINE_MM.behind / mmY, ny - 1);
      let [sum, count] = [0, 0];
      for (let y = y0; y <= y1; y++) {
        for (let x = x0; x <= x1; x++) {
          if (hu[voxel(x, y, s)] < BONE_HU) continue;
          sum += x;
          count++;
        }
      }
      return count < LEAST_LINES ? NaN : sum / count;
    });
    const filled = nearestFilled(middles);
    return filled && runningMean(filled, Math.round(slicesOf(SPINE_BEND_MM)));
  }
}

/** No shoulder blade or arm stands in for ribs that are not seen beside the apex. */
function narrowing(map: Int16Array, width: number, halfWidth: Float64Array): Int16Array {
  const most = halfWidth.reduce((a, b) => Math.max(a, b));
  const shoulder = halfWidth.findLastIndex((half) => half > SHOULDER * most);
  for (let i = (shoulder + 1) * width; i < map.length; i++) map[i] = Math.min(map[i], map[i - width]);
  return map;
}

/** Of the lines that count and meet bone; NaN when they are too few. */
function quantile(
  share: number,
  lines: number,
  counts: (line: number) => boolean,
  at: (line: number) => number,
): number {
  const values = new Int16Array(lines);
  let n = 0;
  for (let line = 0; line < lines; line++) {
    if (counts(line) && at(line) < NO_BONE) values[n++] = at(line);
  }
  return n < LEAST_LINES ? NaN : values.subarray(0, n).sort()[Math.floor(share * (n - 1))];
}

const clamp = (value: number, high: number): number => Math.max(0, Math.min(high, Math.round(value)));
