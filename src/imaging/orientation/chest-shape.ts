/** The outlines of a pair of lungs on a coarse grid: by row across the chest, and by column along it. */
import { stretchEnds } from '../labels/stretch.js';
import { LEFT_LUNG, RIGHT_LUNG } from '../space/volume.js';
import { exchangeSides, type ChestBlocks } from './blocks.js';
import { binAt } from './quantiles.js';

/** For each row (y + ny * z): blocks along x, of each lung the one by the chest wall and the one by the mediastinum; -1 without that lung. */
export interface LungRows {
  readonly rightOuter: Int16Array;
  readonly rightInner: Int16Array;
  readonly leftInner: Int16Array;
  readonly leftOuter: Int16Array;
  /** Blocks of both lungs. */
  readonly counts: Int16Array;
}

/** For each column (x + nx * y) of one lung: its lowest and highest block along z; -1 without. */
export interface LungColumns {
  readonly lowest: Int16Array;
  readonly highest: Int16Array;
}

export interface ChestShape extends ChestBlocks {
  readonly rows: LungRows;
  readonly columns: readonly [right: LungColumns, left: LungColumns];
  /** Lung blocks in each plane, by axis. */
  readonly profiles: readonly [Float64Array, Float64Array, Float64Array];
  /** How the chest is turned about its length: mm to the left for each mm to the front, of what lies straight before the spine. */
  readonly askew: number;
  /** The block at a share of the lungs' extent from front to back, and from base to apex. */
  readonly yAt: (share: number) => number;
  readonly zAt: (share: number) => number;
}

/** What is left out at each end of the lungs' extent: tips and stray blocks. */
const TIP = 0.005;

/** Lungs are named by the side on which they lie: a mask may be right though the header is wrong, or the other way round. */
export function chestShape(chest: ChestBlocks): ChestShape {
  const { labels, grid } = chest;
  const [nx, ny, nz] = grid.size;
  const perRow = () => new Int16Array(ny * nz).fill(-1);
  const rows = {
    rightOuter: perRow(),
    rightInner: perRow(),
    leftInner: perRow(),
    leftOuter: perRow(),
    counts: new Int16Array(ny * nz),
  };
  const { rightOuter, rightInner, leftInner, leftOuter } = rows;
  const perColumn = () => new Int16Array(nx * ny).fill(-1);
  const columns = [
    { lowest: perColumn(), highest: perColumn() },
    { lowest: perColumn(), highest: perColumn() },
  ] as const;
  const profiles = [new Float64Array(nx), new Float64Array(ny), new Float64Array(nz)] as const;
  const [alongX, alongY, alongZ] = profiles;
  const masses = [0, 0, 0];
  const sumsX = [0, 0, 0];
  let sumXy = 0;
  const stretchEnd = stretchEnds(labels);
  for (let z = 0, row = 0; z < nz; z++)
    for (let y = 0; y < ny; y++, row++) {
      const [start, end] = [nx * row, nx * (row + 1)];
      let [count, sumX] = [0, 0];
      for (let i = start; i < end;) {
        const label = labels[i];
        const first = i;
        i = stretchEnd(i + 1, end, label);
        if (label === 0) continue;
        const [from, to] = [first - start, i - start];
        const length = to - from;
        const sum = (length * (from + to - 1)) / 2;
        count += length;
        sumX += sum;
        masses[label] += length;
        sumsX[label] += sum;
        if (label === RIGHT_LUNG) {
          if (rightOuter[row] < 0) rightOuter[row] = from;
          rightInner[row] = to - 1;
        } else {
          if (leftInner[row] < 0) leftInner[row] = from;
          leftOuter[row] = to - 1;
        }
        alongX[from]++;
        if (to < nx) alongX[to]--;
        addRun(columns[label === RIGHT_LUNG ? 0 : 1], nx * y + from, nx * y + to, z);
      }
      sumXy += sumX * y;
      rows.counts[row] = count;
      alongY[y] += count;
      alongZ[z] += count;
    }
  for (let x = 1; x < nx; x++) alongX[x] += alongX[x - 1]; // where runs begin and end -> how many there are
  if (sumsX[RIGHT_LUNG] / masses[RIGHT_LUNG] > sumsX[LEFT_LUNG] / masses[LEFT_LUNG])
    return chestShape(exchangeSides(chest));
  const along = (counts: Float64Array) => {
    const [first, last] = [binAt(counts, TIP), binAt(counts, 1 - TIP)];
    return (share: number) => Math.round(first + share * (last - first));
  };
  const askew = askewOf(alongX, alongY, sumXy, grid.spacing);
  return { ...chest, rows, columns, profiles, askew, yAt: along(alongY), zAt: along(alongZ) };
}

function addRun({ lowest, highest }: LungColumns, from: number, to: number, z: number): void {
  for (let column = from; column < to; column++) {
    if (lowest[column] < 0) lowest[column] = z;
    highest[column] = z;
  }
}

/** Tangent of the angle between x and the axis along which the lungs spread most in the axial plane. */
function askewOf(
  alongX: Float64Array,
  alongY: Float64Array,
  sumXy: number,
  [mmX, mmY]: readonly number[],
): number {
  const moments = [alongX, alongY].map((counts) => {
    const total = counts.reduce((sum, n) => sum + n, 0);
    const middle = counts.reduce((sum, n, i) => sum + n * i, 0) / total;
    return { total, middle, variance: counts.reduce((sum, n, i) => sum + n * (i - middle) ** 2, 0) / total };
  });
  const [x, y] = moments;
  const covariance = (sumXy / x.total - x.middle * y.middle) * mmX * mmY;
  return Math.tan(0.5 * Math.atan2(2 * covariance, x.variance * mmX ** 2 - y.variance * mmY ** 2));
}

/** Columns this near to each other, mm, are much alike: where all are looked at, every so many are enough. */
const APART_MM = 4.5;
export const stride = (mm: number): number => Math.max(1, Math.floor(APART_MM / mm));

/** A part of the chest in shares of the lungs' extent, front to back and base to apex. */
export interface Part {
  readonly y: readonly [front: number, back: number];
  readonly z: readonly [low: number, high: number];
}

/** Rows of the part that cross both lungs, the right one on the right. */
export function rowsOf({ yAt, zAt, ...chest }: ChestShape, { y, z: [low, high] }: Part): number[] {
  const found: number[] = [];
  for (let z = zAt(low); z <= zAt(high); z++) addRowsOf(chest, z, yAt(y[0]), yAt(y[1]), found);
  return found;
}

/** The same of one slice. */
export function rowsOfSlice(chest: ChestShape, [front, back]: Part['y'], z: number): number[] {
  const found: number[] = [];
  addRowsOf(chest, z, chest.yAt(front), chest.yAt(back), found);
  return found;
}

function addRowsOf(
  { rows, grid }: Pick<ChestShape, 'rows' | 'grid'>,
  z: number,
  front: number,
  back: number,
  found: number[],
): void {
  const ny = grid.size[1];
  for (let row = front + ny * z; row <= back + ny * z; row++)
    if (rows.rightInner[row] >= 0 && rows.leftInner[row] > rows.rightInner[row]) found.push(row);
}

/** Width of what lies between the lungs in a row, mm. */
export const gapMm = ({ rows, grid }: ChestShape, row: number): number =>
  (rows.leftInner[row] - rows.rightInner[row]) * grid.spacing[0];

/** Half-way between the lungs' outer borders, in blocks, row by row. */
export const outerMiddles = ({ rows }: ChestShape, of: readonly number[]): number[] =>
  of.map((row) => (rows.rightOuter[row] + rows.leftOuter[row]) / 2);
