/** Right and left: a body of air that lies on both sides is cut along the cheapest surface. */
import { components, type Components } from '../../src/imaging/components.js';
import { gridVoxelMl } from '../../src/imaging/grid.js';
import { FREE, minCut, SINK, SOURCE } from '../../src/imaging/min-cut.js';
import { AIR_HU, LEFT_LUNG, RIGHT_LUNG } from '../../src/imaging/volume.js';
import type { CoarseCt } from './coarse-ct.js';

/** Only the middle of the chest can hold the cut: this share of the way from the midline to the lungs' outer ends. */
const CENTRAL = 0.38;
/** A body of air belongs to one side alone when the other side's outer part holds less than this share of it. */
const ONE_SIDED = 0.03;
/** Parts of a lung apart from its largest: at least this share of that, or they are dropped. */
const LEAST_PART = 0.05;
/** Inner voxels of bowel gas are darker on average, HU; lung, even with emphysema, is not. */
const GAS_HU = -965;
/** Air bodies smaller than this are no lungs, ml. */
const LEAST_ML = 20;

/** Labels RIGHT_LUNG and LEFT_LUNG on the coarse grid; a side that is not there stays empty. */
export function splitLungs(ct: CoarseCt, air: Uint8Array, midX: number): Uint8Array {
  const { grid } = ct;
  const [nx] = grid.size;
  const bodies = components(air, grid);
  const inner = innerHu(ct, bodies);
  const isLung = bodies.sizes.map((size, b) => size * gridVoxelMl(grid) >= LEAST_ML && inner[b] > GAS_HU);
  const [low, high] = extentX(bodies.labels, isLung, nx);
  const rightOf = midX - CENTRAL * Math.max(0, midX - low);
  const leftOf = midX + CENTRAL * Math.max(0, high - midX);

  const { outerRight, outerLeft, sumX } = masses(bodies, nx, rightOf, leftOf);
  const isBoth = bodies.sizes.map(
    (size, b) => isLung[b] && Math.min(outerRight[b], outerLeft[b]) > ONE_SIDED * size,
  );
  const sideOf = bodies.sizes.map((size, b) =>
    isLung[b] ? (sumX[b] / size < midX ? RIGHT_LUNG : LEFT_LUNG) : 0,
  );
  const labels = new Uint8Array(air.length);
  const state = new Uint8Array(air.length);
  for (let i = 0; i < air.length; i++) {
    const body = bodies.labels[i];
    labels[i] = sideOf[body];
    if (!isBoth[body]) continue;
    const x = i % nx;
    state[i] = x < rightOf ? SOURCE : x > leftOf ? SINK : FREE;
  }
  if (isBoth.includes(true)) {
    const right = minCut(state, grid, cutCost(ct));
    for (let i = 0; i < state.length; i++) {
      if (state[i] !== 0) labels[i] = right[i] !== 0 ? RIGHT_LUNG : LEFT_LUNG;
    }
  }
  dropFragments(labels, ct);
  return labels;
}

/** For each body: voxels right of one plane and left of another, and the sum of x. */
function masses({ labels, sizes }: Components, nx: number, rightOf: number, leftOf: number) {
  const outerRight = new Float64Array(sizes.length);
  const outerLeft = new Float64Array(sizes.length);
  const sumX = new Float64Array(sizes.length);
  for (let row = 0; row < labels.length; row += nx) {
    for (let x = 0; x < nx; x++) {
      const b = labels[row + x];
      if (b === 0) continue;
      sumX[b] += x;
      if (x < rightOf) outerRight[b]++;
      else if (x > leftOf) outerLeft[b]++;
    }
  }
  return { outerRight, outerLeft, sumX };
}

/** Cutting is cheap through a membrane, dear through open lung, and costs by area. */
function cutCost({ hu, grid: { spacing } }: CoarseCt) {
  const [mx, my, mz] = spacing;
  const mean = Math.cbrt(mx * my * mz) ** 2;
  const areas = [(my * mz) / mean, (mx * mz) / mean, (mx * my) / mean];
  const price = Float64Array.from({ length: 2048 }, (_, i) => Math.exp((-900 - (i + AIR_HU)) / 110));
  return (a: number, b: number, axis: 0 | 1 | 2) =>
    1 + Math.round(100 * areas[axis] * Math.min(2, price[Math.max(hu[a], hu[b]) - AIR_HU]));
}

/** Mean HU of each body's voxels that touch no other voxel: free of partial volume. */
function innerHu(
  {
    hu,
    grid: {
      size: [nx, ny],
    },
  }: CoarseCt,
  { labels, sizes }: Components,
): Float64Array {
  const sums = new Float64Array(sizes.length);
  const counts = new Float64Array(sizes.length);
  const nxy = nx * ny;
  for (let i = nxy; i < labels.length - nxy; i++) {
    const b = labels[i];
    if (b === 0) continue;
    const inside =
      labels[i - 1] === b &&
      labels[i + 1] === b &&
      labels[i - nx] === b &&
      labels[i + nx] === b &&
      labels[i - nxy] === b &&
      labels[i + nxy] === b;
    if (!inside) continue;
    sums[b] += hu[i];
    counts[b]++;
  }
  return sums.map((sum, b) => (counts[b] > 0 ? sum / counts[b] : 0));
}

function extentX(labels: Int32Array, wanted: readonly boolean[], nx: number): [number, number] {
  let [low, high] = [nx, -1];
  for (let i = 0; i < labels.length; i++) {
    if (!wanted[labels[i]]) continue;
    const x = i % nx;
    if (x < low) low = x;
    if (x > high) high = x;
  }
  return [low, high];
}

/** Keeps of each lung the largest part and those not much smaller. */
function dropFragments(labels: Uint8Array, { grid }: CoarseCt): void {
  const mask = new Uint8Array(labels.length);
  for (const side of [RIGHT_LUNG, LEFT_LUNG]) {
    for (let i = 0; i < labels.length; i++) mask[i] = labels[i] === side ? 1 : 0;
    const parts = components(mask, grid);
    const least = LEAST_PART * Math.max(...parts.sizes);
    for (let i = 0; i < labels.length; i++) {
      const part = parts.labels[i];
      if (part !== 0 && parts.sizes[part] < least) labels[i] = 0;
    }
  }
}
