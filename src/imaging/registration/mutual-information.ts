/** Mattes mutual information of two images of one lung, with its exact gradient. */
import { loadKernel } from '../../kernels/load-kernel.js';
import { memoryPlan, type MemoryPlan } from '../../kernels/memory-plan.js';
import { scratchMemory } from '../../kernels/scratch-memory.js';
import type { SampleBricks } from './sample-bricks.js';
import { spline, type SmoothField } from './smooth-field.js';

interface Kernels {
  meet(...numbers: readonly number[]): number;
  pull(...numbers: readonly number[]): void;
}

const BINS = 32;
/** Bins kept free at either end for the Parzen window, as in ITK. */
const PADDING = 2;
/** Intensities are shares of lung, 0 to 1. */
const BIN_WIDTH = 1 / (BINS - 2 * PADDING);
/** Stands for the bin of a brick whose samples' bins differ. */
const MIXED = 255;

/** Histogram bins of the fixed image's intensities. */
export interface FixedBins {
  /** Of each sample. */
  readonly bins: Uint8Array<SharedArrayBuffer>;
  /** Of each brick: the bin of all its samples, or `MIXED`. */
  readonly brickBins: Uint8Array<SharedArrayBuffer>;
}

/** Points of the fixed image, in whatever space the affine starts from, with the bins of each of its lungs. */
export interface FixedSamples {
  readonly bricks: SampleBricks;
  readonly lungs: readonly FixedBins[];
}

export const fixedBin = (intensity: number): number =>
  Math.min(Math.floor(intensity / BIN_WIDTH) + PADDING, BINS - PADDING - 1);

export function binsOfBricks(bins: Uint8Array, { starts }: SampleBricks): Uint8Array<SharedArrayBuffer> {
  const brickBins = new Uint8Array(new SharedArrayBuffer(starts.length - 1));
  for (let brick = 0; brick < brickBins.length; brick++) {
    const own = bins.subarray(starts[brick], starts[brick + 1]);
    brickBins[brick] = own.every((bin) => bin === own[0]) ? own[0] : MIXED;
  }
  return brickBins;
}

/** Writes the derivative with respect to the affine's twelve numbers to `gradient`. */
export type Evaluate = (affine: Float64Array, gradient: Float64Array) => number;

/**
 * Mutual information (nats) of each lung as a function of the twelve numbers of an affine map from sample points to the
 * moving field's index: rows of three matrix entries, then the offset `[m00 ... m22, ox, oy, oz]`. The joint histogram has
 * 32 x 32 bins; the moving intensity is spread over four of them by a cubic B-spline Parzen window, the fixed one falls
 * into its own (Mattes et al. 2003; itk::MattesMutualInformationImageToImageMetricv4). Points outside the moving field
 * count as background rather than being left out.
 *
 * The functions work in the thread's scratch memory: they are void once it is asked for again.
 * @param moving a field for each lung of `fixed`
 */
export function mutualInformation(
  { bricks, lungs }: FixedSamples,
  moving: readonly SmoothField[],
): readonly Evaluate[] {
  const plan = memoryPlan();
  const open = planBricks(bricks, plan);
  const openEach = lungs.map((fixed, lung) => planLung(bricks, fixed, moving[lung], plan));
  const memory = scratchMemory(plan.bytes);
  const at = open(memory);
  return openEach.map((openLung) => openLung(memory, at));
}

/** Where what both lungs need lies in memory. */
interface Shared {
  readonly points: number;
  readonly starts: number;
  readonly centres: number;
}

function planBricks(
  { points, starts, centres }: SampleBricks,
  plan: MemoryPlan,
): (memory: WebAssembly.Memory) => Shared {
  const at = {
    points: plan.take(points.byteLength),
    starts: plan.take(starts.byteLength),
    centres: plan.take(centres.byteLength),
  };
  return ({ buffer }) => {
    new Float32Array(buffer).set(points, at.points / 4);
    new Int32Array(buffer).set(starts, at.starts / 4);
    new Float64Array(buffer).set(centres, at.centres / 8);
    return at;
  };
}

function planLung(
  { starts, halfEdges }: SampleBricks,
  { bins, brickBins }: FixedBins,
  { coefficients, flat, depth, geometry: { size } }: SmoothField,
  plan: MemoryPlan,
): (memory: WebAssembly.Memory, shared: Shared) => Evaluate {
  const count = bins.length;
  const at = {
    bins: plan.take(count),
    brickBins: plan.take(brickBins.length),
    coefficients: plan.take(coefficients.byteLength),
    flat: plan.take(flat.byteLength),
    depth: plan.take(depth.length),
    affine: plan.take(8 * 12),
    joint: plan.take(8 * BINS * BINS),
    plain: plan.take(4 * 2 * BINS),
    taps: plan.take(8 * 16),
    // What the second pass needs of each sample that lies on a border of the moving image.
    sloped: plan.take(4 * count),
    levels: plan.take(8 * count),
    slopes: plan.take(8 * 3 * count),
  };
  return (memory, { points, starts: startsAt, centres }) => {
    const kernels = loadKernel('mutual-information', memory) as Kernels;
    const { buffer } = memory;
    new Uint8Array(buffer).set(bins, at.bins);
    new Uint8Array(buffer).set(brickBins, at.brickBins);
    new Float32Array(buffer).set(coefficients, at.coefficients / 4);
    new Float32Array(buffer).set(flat, at.flat / 4);
    new Uint8Array(buffer).set(depth, at.depth);
    const twelve = new Float64Array(buffer, at.affine, 12);
    const joint = new Float64Array(buffer, at.joint, BINS * BINS);
    const plain = new Uint32Array(buffer, at.plain, 2 * BINS);

    return (affine, gradient) => {
      twelve.set(affine);
      joint.fill(0);
      plain.fill(0);
      // prettier-ignore
      const sloped = kernels.meet(
        points, at.bins, starts.length - 1, startsAt, centres, at.brickBins, reachOf(halfEdges, affine),
        at.coefficients, at.flat, at.depth, ...size,
        at.affine, at.joint, at.plain, at.taps, at.sloped, at.levels, at.slopes,
      );
      for (let bin = 0; bin < BINS; bin++)
        for (const offset of [-1, 0, 1]) {
          joint[bin * BINS + PADDING + offset] += plain[bin] * spline(offset, 0);
          joint[bin * BINS + BINS - PADDING + offset] += plain[BINS + bin] * spline(offset, 0);
        }
      const { value, logRatio } = information(joint, count);
      joint.set(logRatio);
      // prettier-ignore
      kernels.pull(
        points, at.bins, sloped, at.sloped, at.levels, at.slopes, at.joint, BIN_WIDTH * count, at.affine,
      );
      gradient.set(twelve);
      return value;
    };
  };
}

/** Points are rounded to single precision, so that they may lie out of their brick by far less than this, in cells. */
const ROUNDING = 1e-3;

/** No sample of a brick lies further than this from the cell of its centre, in cells along any axis of the moving field. */
function reachOf(halfEdges: SampleBricks['halfEdges'], m: Float64Array): number {
  const along = (row: number) =>
    halfEdges.reduce(
      (sum, [x, y, z]) => sum + Math.abs(m[3 * row] * x + m[3 * row + 1] * y + m[3 * row + 2] * z),
      0,
    );
  return Math.floor(Math.max(along(0), along(1), along(2)) + ROUNDING) + 1;
}

/**
 * Mutual information of a joint histogram, and log(p(fixed, moving) / p(moving)) for each bin: since the window's
 * weights sum to 1 and the fixed image stays, d MI = sum over bins of dp * that logarithm.
 */
function information(joint: Float64Array, total: number): { value: number; logRatio: Float64Array } {
  const fixed = new Float64Array(BINS);
  const moving = new Float64Array(BINS);
  joint.forEach((weight, at) => {
    fixed[Math.floor(at / BINS)] += weight / total;
    moving[at % BINS] += weight / total;
  });
  const logRatio = new Float64Array(BINS * BINS);
  let value = 0;
  joint.forEach((weight, at) => {
    if (weight <= 0) return;
    const p = weight / total;
    logRatio[at] = Math.log(p / moving[at % BINS]);
    value += p * (logRatio[at] - Math.log(fixed[Math.floor(at / BINS)]));
  });
  return { value, logRatio };
}
