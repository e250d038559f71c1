/** Whether the back is where the header says, given that the head is. Not by the table: patients lie prone, too. */
import { gapMm, outerMiddles, rowsOf, stride, type ChestShape } from './chest-shape.js';
import type { Cue } from './cue.js';
import { binAt, mean, median } from './quantiles.js';

/** Sound scans: bases 19 to 34 mm, heart 0.33 to 1.1, spine 0.24 to 0.4. */
const CLEAR = { bases: 10, heart: 0.25, spine: 0.12 };
/** Share of the lungs' blocks that is their bases. */
const BASES = 0.08;
/** Bone begins here, HU of a block mean. */
const BONE_HU = 100;
/** The spine lies within this of the middle, and of the lungs' front and back, mm. */
const SPINE_MM = { aside: 45, before: 40, behind: 50 };
/** A spine goes through all of as many storeys; heart, sternum and contrast do not. */
const STOREYS = 5;

export const frontBackCues = (chest: ChestShape): Cue[] => [
  { name: 'the lungs’ bases', value: basesBehindMm(chest), clear: CLEAR.bases },
  { name: 'the heart', value: heartInFront(chest), clear: CLEAR.heart },
  { name: 'the spine', value: spineBehind(chest), clear: CLEAR.spine },
];

/** The lungs reach lowest behind: of the lowest blocks' mean from that of all, mm. */
function basesBehindMm({ rows: { counts }, grid, profiles: [, alongY, alongZ] }: ChestShape): number {
  const ny = grid.size[1];
  const end = ny * (binAt(alongZ, BASES) + 1);
  let [count, sum] = [0, 0];
  for (let row = 0; row < end; row++) {
    count += counts[row];
    sum += counts[row] * (row % ny);
  }
  const all = alongY.reduce((total, n) => total + n, 0);
  const middle = alongY.reduce((total, n, y) => total + n * y, 0) / all;
  return (sum / count - middle) * grid.spacing[1];
}

/** About the heart the lungs are farther apart in front than behind: logarithm of the ratio. */
function heartInFront(chest: ChestShape): number | undefined {
  const gap = (y: readonly [number, number]) =>
    mean(rowsOf(chest, { y, z: [0.12, 0.45] }).map((row) => gapMm(chest, row)));
  const [front, back] = [gap([0.1, 0.4]), gap([0.6, 0.9])];
  return front === undefined || back === undefined ? undefined : Math.log(front / back);
}

/** Where bone goes all the way from base to apex near the midline, behind the lungs' middle, in shares of their depth. */
function spineBehind(chest: ChestShape): number | undefined {
  const { hu, grid, yAt, zAt } = chest;
  const [nx, ny] = grid.size;
  const [mmX, mmY] = grid.spacing;
  const middle = median(outerMiddles(chest, rowsOf(chest, { y: [0.05, 0.95], z: [0.1, 0.9] })));
  if (middle === undefined) return undefined;
  const floors = Array.from({ length: STOREYS + 1 }, (_, s) => zAt(s / STOREYS));
  const storey = (column: number, s: number): number => {
    let sum = 0;
    for (let z = floors[s]; z < floors[s + 1]; z++) sum += Math.max(0, hu[column + nx * ny * z] - BONE_HU);
    return sum / (floors[s + 1] - floors[s]);
  };
  const [front, back] = [yAt(0), yAt(1)];
  const firstX = Math.max(0, Math.round(middle - SPINE_MM.aside / mmX));
  const lastX = Math.min(nx - 1, Math.round(middle + SPINE_MM.aside / mmX));
  const firstY = Math.max(0, Math.round(front - SPINE_MM.before / mmY));
  const lastY = Math.min(ny - 1, Math.round(back + SPINE_MM.behind / mmY));
  let [weight, sum] = [0, 0];
  for (let y = firstY; y <= lastY; y += stride(mmY))
    for (let x = firstX; x <= lastX; x += stride(mmX)) {
      let least = Infinity;
      for (let s = 0; s < STOREYS && least > 0; s++) least = Math.min(least, storey(x + nx * y, s));
      weight += least * least;
      sum += least * least * y;
    }
  return weight > 0 ? (sum / weight - (front + back) / 2) / (back - front) : undefined;
}
