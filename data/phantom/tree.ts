/** Branching trees that fill a volume (Tawhai et al. 2000): halve the cloud of tips, grow towards each half, repeat. */
import type { Point3 } from './distance.js';
import { between, type Random } from './random.js';

export interface Branch {
  readonly from: Point3;
  readonly to: Point3;
  /** Tips that this branch supplies: its calibre follows from them (Murray's law). */
  readonly tips: number;
  /** Those of the branch it springs from. */
  readonly parentTips: number;
}

/** Share of the way to the middle of its tips that a branch grows before it divides. */
const GROWTH = 0.42;

/** @param tips consumed: reordered in place. */
export function growTree(root: Point3, tips: Point3[], random: Random): Branch[] {
  const branches: Branch[] = [];
  const grow = (from: Point3, start: number, end: number, parentTips: number): void => {
    const count = end - start;
    if (count === 0) return;
    if (count === 1) {
      branches.push({ from, to: tips[start], tips: 1, parentTips });
      return;
    }
    const to = towards(from, middle(tips, start, end), GROWTH * between(random, 0.85, 1.15));
    branches.push({ from, to, tips: count, parentTips });
    const axis = longestAxis(tips, start, end, random);
    const along = (p: Point3): number => p[0] * axis[0] + p[1] * axis[1] + p[2] * axis[2];
    const sorted = tips.slice(start, end).sort((a, b) => along(a) - along(b));
    for (let i = 0; i < count; i++) tips[start + i] = sorted[i];
    const cut = start + Math.min(Math.max(Math.round(count * between(random, 0.34, 0.66)), 1), count - 1);
    grow(to, start, cut, count);
    grow(to, cut, end, count);
  };
  grow(root, 0, tips.length, tips.length);
  return branches;
}

function middle(points: readonly Point3[], start: number, end: number): Point3 {
  let [x, y, z] = [0, 0, 0];
  for (let i = start; i < end; i++) {
    x += points[i][0];
    y += points[i][1];
    z += points[i][2];
  }
  const count = end - start;
  return [x / count, y / count, z / count];
}

const towards = (from: Point3, to: Point3, share: number): Point3 => [
  from[0] + share * (to[0] - from[0]),
  from[1] + share * (to[1] - from[1]),
  from[2] + share * (to[2] - from[2]),
];

/** Direction in which the points spread most: a few power iterations on their scatter, begun at random. */
function longestAxis(points: readonly Point3[], start: number, end: number, random: Random): Point3 {
  const [mx, my, mz] = middle(points, start, end);
  let [xx, xy, xz, yy, yz, zz] = [0, 0, 0, 0, 0, 0];
  for (let i = start; i < end; i++) {
    const [x, y, z] = [points[i][0] - mx, points[i][1] - my, points[i][2] - mz];
    xx += x * x;
    xy += x * y;
    xz += x * z;
    yy += y * y;
    yz += y * z;
    zz += z * z;
  }
  let axis: Point3 = [between(random, -1, 1), between(random, -1, 1), between(random, -1, 1)];
  for (let i = 0; i < 4; i++) {
    const [x, y, z] = axis;
    const next = [xx * x + xy * y + xz * z, xy * x + yy * y + yz * z, xz * x + yz * y + zz * z] as const;
    const length = Math.hypot(...next) || 1;
    axis = [next[0] / length, next[1] / length, next[2] / length];
  }
  return axis;
}
