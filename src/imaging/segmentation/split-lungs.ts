/** Right and left: a body of air that lies on both sides is cut along the cheapest surface. */
import { components, type Components } from '../labels/components.js';
import { FREE, minCut, SINK, SOURCE } from '../labels/min-cut.js';
import { AIR_HU, LEFT_LUNG, RIGHT_LUNG } from '../space/volume.js';
import type { CoarseCt } from './coarse-ct.js';
import { lungBodies } from './lung-bodies.js';

/** Only the middle of the chest can hold the cut: this share of the way from the midline to the lungs' outer ends. */
const CENTRAL = 0.38;
/** A body of air belongs to one side alone when the other side's outer part holds less than this share of it. */
const ONE_SIDED = 0.03;
/** Parts of a lung apart from its largest: at least this share of that, or they are dropped. */
const LEAST_PART = 0.05;

/** Labels RIGHT_LUNG and LEFT_LUNG on the coarse grid; a side that is not there stays empty. `air` is without `airways`. */
export function splitLungs(
  ct: CoarseCt,
  air: Uint8Array,
  airways: Uint8Array | undefined,
  midX: number,
): Uint8Array {
  const { grid } = ct;
  const [nx] = grid.size;
  const bodies = components(air, grid);
  const { runs, ofRun, sizes } = bodies;
  const isLung = lungBodies(ct, air, bodies, airways);
  const [low, high] = extentX(bodies, isLung, nx);
  const rightOf = midX - CENTRAL * Math.max(0, midX - low);
  const leftOf = midX + CENTRAL * Math.max(0, high - midX);

  const { outerRight, outerLeft, sumX } = masses(bodies, nx, rightOf, leftOf);
  const isBoth = sizes.map(
    (size, b) => isLung[b] && Math.min(outerRight[b], outerLeft[b]) > ONE_SIDED * size,
  );
  const sideOf = sizes.map((size, b) => (isLung[b] ? (sumX[b] / size < midX ? RIGHT_LUNG : LEFT_LUNG) : 0));
  const labels = new Uint8Array(air.length);
  const state = new Uint8Array(air.length);
  for (let run = 0; run < ofRun.length; run++) {
    const body = ofRun[run];
    labels.fill(sideOf[body], runs.starts[run], runs.ends[run]);
    if (!isBoth[body]) continue;
    for (let i = runs.starts[run]; i < runs.ends[run]; i++) {
      const x = i % nx;
      state[i] = x < rightOf ? SOURCE : x > leftOf ? SINK : FREE;
    }
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
function masses({ runs, ofRun, sizes }: Components, nx: number, rightOf: number, leftOf: number) {
  const outerRight = new Float64Array(sizes.length);
  const outerLeft = new Float64Array(sizes.length);
  const sumX = new Float64Array(sizes.length);
  for (let run = 0; run < ofRun.length; run++) {
    const b = ofRun[run];
    const first = runs.starts[run] % nx;
    const length = runs.ends[run] - runs.starts[run];
    sumX[b] += length * (first + (length - 1) / 2);
    outerRight[b] += Math.min(length, Math.max(0, Math.ceil(rightOf) - first));
    outerLeft[b] += Math.min(length, Math.max(0, first + length - 1 - Math.floor(leftOf)));
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

function extentX({ runs, ofRun }: Components, wanted: readonly boolean[], nx: number): [number, number] {
  let [low, high] = [nx, -1];
  for (let run = 0; run < ofRun.length; run++) {
    if (!wanted[ofRun[run]]) continue;
    low = Math.min(low, runs.starts[run] % nx);
    high = Math.max(high, (runs.ends[run] - 1) % nx);
  }
  return [low, high];
}

/** Keeps of each lung the largest part and those not much smaller. */
function dropFragments(labels: Uint8Array, { grid }: CoarseCt): void {
  for (const side of [RIGHT_LUNG, LEFT_LUNG]) {
    const { runs, ofRun, sizes } = components(labels, grid, side);
    const least = LEAST_PART * Math.max(...sizes);
    for (let run = 0; run < ofRun.length; run++) {
      if (sizes[ofRun[run]] < least) labels.fill(0, runs.starts[run], runs.ends[run]);
    }
  }
}
