/**
 * Whether left is where the header says, given that head and back are. Left out, for they do not tell the sides of sound
 * scans: which lung is larger, which dome is higher, and the overlap with the atlas.
 */
import {
  gapMm,
  outerMiddles,
  rowsOf,
  rowsOfSlice,
  stride,
  type ChestShape,
  type Part,
} from './chest-shape.js';
import type { Cue } from './cue.js';
import { binAt, mean, median } from './quantiles.js';

const CLEAR = { heart: 10, aorta: 4, liver: 0.7, trachea: 5 };
const PARTS = {
  heart: { y: [0.25, 0.6], z: [0.12, 0.42] },
  aorta: { y: [0.5, 0.78], z: [0.12, 0.8] },
  spine: [0.85, 0.97],
  trachea: { y: [0.25, 0.75], z: [0.55, 0.9] },
} as const;
/** A wider gap holds more than the mediastinum: the row goes through a dome of the diaphragm, mm. */
const WIDEST_GAP_MM = 150;

export const leftRightCues = (chest: ChestShape): Cue[] => [
  { name: 'the heart', value: leftOfSpineMm(chest, PARTS.heart), clear: CLEAR.heart },
  { name: 'the aorta', value: leftOfSpineMm(chest, PARTS.aorta), clear: CLEAR.aorta },
  { name: 'the liver', value: evenUnderRight(chest), clear: CLEAR.liver },
  { name: 'the trachea', value: lumenToRightMm(chest), clear: CLEAR.trachea },
];

/**
 * What a part of the mediastinum lies to the left of what is straight before the spine, at the same height, mm: middles
 * between the lungs, median over slices.
 */
function leftOfSpineMm(chest: ChestShape, { y, z: [low, high] }: Part): number | undefined {
  const { rows, grid, askew, yAt, zAt } = chest;
  const [mmX, mmY] = grid.spacing;
  const middleIn = (part: Part['y'], z: number, widestMm: number) =>
    median(
      rowsOfSlice(chest, part, z)
        .filter((row) => gapMm(chest, row) < widestMm)
        .map((row) => (rows.rightInner[row] + rows.leftInner[row]) / 2),
    );
  const before = ([front, back]: Part['y']) => (yAt(front) + yAt(back)) / 2;
  const turnedMm = askew * (before(PARTS.spine) - before(y)) * mmY;
  const shifts: number[] = [];
  for (let z = zAt(low); z <= zAt(high); z++) {
    const [front, spine] = [middleIn(y, z, WIDEST_GAP_MM), middleIn(PARTS.spine, z, Infinity)];
    if (front !== undefined && spine !== undefined) shifts.push((front - spine) * mmX - turnedMm);
  }
  return median(shifts);
}

/** Columns under a lung, in shares of the half width of the chest from its middle. */
const UNDER = { y: [0.15, 0.75], aside: [0.2, 0.8], fromMm: 8, toMm: 45, throughMm: 40 } as const;
/** What is darker or brighter counts as this, HU: how much gas or contrast there is must not matter. */
const CLAMP_HU = [-200, 300] as const;
/** Fewer blocks than this are too few to tell. */
const LEAST_BLOCKS = 200;

/** Under the right lung all is liver, under the left are stomach, spleen, fat and gas: logarithm of the ratio of their spreads in HU. */
function evenUnderRight(chest: ChestShape): number | undefined {
  const { rightOuter, leftOuter } = chest.rows;
  const middle = median(outerMiddles(chest, rowsOf(chest, { y: [0.05, 0.95], z: [0.1, 0.9] })));
  const half = mean(
    rowsOf(chest, { y: [0.3, 0.7], z: [0.1, 0.5] }).map((row) => (leftOuter[row] - rightOuter[row]) / 2),
  );
  if (middle === undefined || half === undefined) return undefined;
  const [right, left] = [-1, 1].map((side) => spreadUnder(chest, side, middle, half));
  return right === undefined || left === undefined ? undefined : Math.log(left / right);
}

/** @param side -1 = right, 1 = left; `middle` and `half` in blocks. HU between the 15th and the 85th percentile. */
function spreadUnder(
  { columns, hu, grid, yAt }: ChestShape,
  side: number,
  middle: number,
  half: number,
): number | undefined {
  const [nx, ny] = grid.size;
  const [mmX, mmY, mm] = grid.spacing;
  const { lowest, highest } = columns[side < 0 ? 0 : 1];
  const [leastHu, mostHu] = CLAMP_HU;
  const counts = new Float64Array(mostHu - leastHu + 1);
  let blocks = 0;
  for (let y = yAt(UNDER.y[0]); y <= yAt(UNDER.y[1]); y += stride(mmY))
    for (let x = 0; x < nx; x += stride(mmX)) {
      const aside = (side * (x - middle)) / half;
      const column = x + nx * y;
      if (aside < UNDER.aside[0] || aside > UNDER.aside[1] || lowest[column] < 0) continue;
      if ((highest[column] - lowest[column]) * mm < UNDER.throughMm) continue;
      const first = lowest[column] - Math.round(UNDER.fromMm / mm);
      for (let z = first; z >= 0 && (first - z) * mm <= UNDER.toMm - UNDER.fromMm; z--, blocks++)
        counts[Math.max(leastHu, Math.min(mostHu, hu[column + nx * ny * z])) - leastHu]++;
    }
  return blocks < LEAST_BLOCKS ? undefined : Math.max(1, binAt(counts, 0.85) - binAt(counts, 0.15));
}

/** Dark enough for the trachea, HU of a block mean. */
const LUMEN_HU = -850;
/** Less in a slice is no trachea, mm^2. */
const LEAST_LUMEN_MM2 = 40;

/** Beside the arch of the aorta the trachea lies in the right half of the mediastinum: how far from its middle, mm, median over slices. */
function lumenToRightMm(chest: ChestShape): number | undefined {
  const { hu, grid, rows, zAt } = chest;
  const [nx] = grid.size;
  const [mmX, mmY] = grid.spacing;
  const { y, z: [low, high] } = PARTS.trachea; // prettier-ignore
  const shifts: number[] = [];
  for (let z = zAt(low); z <= zAt(high); z++) {
    let [count, sum] = [0, 0];
    for (const row of rowsOfSlice(chest, y, z)) {
      const middle = (rows.rightInner[row] + rows.leftInner[row]) / 2;
      for (let x = rows.rightInner[row] + 1; x < rows.leftInner[row]; x++) {
        if (hu[x + nx * row] >= LUMEN_HU) continue;
        count++;
        sum += middle - x;
      }
    }
    if (count * mmX * mmY >= LEAST_LUMEN_MM2) shifts.push((sum / count) * mmX);
  }
  return median(shifts);
}
