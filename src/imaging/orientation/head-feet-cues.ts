/** Whether the head is where the header says. */
import type { Grid } from '../space/grid.js';
import { gapMm, rowsOf, stride, type ChestShape } from './chest-shape.js';
import type { Cue } from './cue.js';
import { mean } from './quantiles.js';

/** Sound scans: domes 23 to 36 mm, taper 0.22 to 0.5, heart 0.39 to 0.75. */
const CLEAR = { domes: 12, taper: 0.15, heart: 0.3 };

export const headFeetCues = (chest: ChestShape): Cue[] => [
  ...lungShapeCues(chest),
  { name: 'the heart', value: heartLow(chest), clear: CLEAR.heart },
];

/** Of scans whose body does not lie along this axis: domes -8 to -4 mm, taper -0.04 to 0.07. */
export const lungShapeCues = (chest: ChestShape): Cue[] => [
  { name: 'the lungs’ domes', value: domesMm(chest), clear: CLEAR.domes },
  { name: 'the lungs’ taper', value: taper(chest), clear: CLEAR.taper },
];

/** Both ends of each lung are domes that point to the head: how far they fall from their middle outwards, mm. */
function domesMm({ columns, grid }: ChestShape): number | undefined {
  return mean(
    columns.map(({ lowest, highest }) => (fall(lowest, grid) + fall(highest, grid)) * grid.spacing[2]),
  );
}

/** Slope of the height against the squared distance from the middle, in units of that one's mean along x and y each. */
function fall(heights: Int16Array, { size: [nx, ny], spacing: [mmX, mmY] }: Grid): number {
  const xs: number[] = [];
  const ys: number[] = [];
  const zs: number[] = [];
  for (let y = 0; y < ny; y += stride(mmY))
    for (let x = 0; x < nx; x += stride(mmX)) {
      const height = heights[x + nx * y];
      if (height < 0) continue;
      xs.push(x);
      ys.push(y);
      zs.push(height);
    }
  const [squaresX, squaresY] = [xs, ys].map(squares);
  const distances = squaresX.map((square, i) => square + squaresY[i]);
  const [middle, height] = [meanOf(distances), meanOf(zs)];
  let [covariance, variance] = [0, 0];
  for (let i = 0; i < zs.length; i++) {
    covariance += (distances[i] - middle) * (zs[i] - height);
    variance += (distances[i] - middle) ** 2;
  }
  return -covariance / variance;
}

/** Squared distances from the mean over their own mean. */
function squares(values: readonly number[]): number[] {
  const middle = meanOf(values);
  const found = values.map((value) => (value - middle) ** 2);
  const variance = meanOf(found);
  return found.map((square) => square / variance);
}

/** NaN of none. */
const meanOf = (values: readonly number[]): number => mean(values) ?? NaN;

/** The chest is wider about the bases than about the apices: logarithm of the ratio. */
function taper(chest: ChestShape): number | undefined {
  const [low, high] = [meanWidth(chest, 0.05, 0.3), meanWidth(chest, 0.7, 0.95)];
  return low === undefined || high === undefined ? undefined : Math.log(low / high);
}

function meanWidth({ rows, grid, zAt }: ChestShape, from: number, to: number): number | undefined {
  const ny = grid.size[1];
  const widths: number[] = [];
  for (let z = zAt(from); z <= zAt(to); z++) {
    let [right, left] = [Infinity, -1];
    for (let row = ny * z; row < ny * (z + 1); row++) {
      if (rows.rightOuter[row] >= 0) right = Math.min(right, rows.rightOuter[row]);
      left = Math.max(left, rows.leftOuter[row]);
    }
    if (left > right) widths.push(left - right);
  }
  return mean(widths);
}

/** The lungs are farther apart about heart and liver than above them: logarithm of the ratio. */
function heartLow(chest: ChestShape): number | undefined {
  const gap = (z: readonly [number, number]) =>
    mean(rowsOf(chest, { y: [0.1, 0.9], z }).map((row) => gapMm(chest, row)));
  const [low, high] = [gap([0.1, 0.4]), gap([0.6, 0.9])];
  return low === undefined || high === undefined ? undefined : Math.log(low / high);
}
