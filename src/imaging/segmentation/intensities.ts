/** What air and soft tissue measure in a scan, and its noise: tells Hounsfield units that are shifted, or no such units at all. */
import type { Blocks } from '../resampling/block-mean.js';
import type { CtVolume } from '../space/volume.js';
import { percentile, type CoarseCt } from './coarse-ct.js';

export interface Intensities {
  /** Median of air around the body and in the airways, HU; undefined where the scan shows too little of it. */
  readonly airHu: number | undefined;
  /** Standard deviation of that air, HU, from its upper half: scanners cut the lower one off at -1024. */
  readonly noiseHu: number | undefined;
  /** The commonest value of muscle, blood and organs, HU. */
  readonly softTissueHu: number | undefined;
}

/** Air is this near to the scan's darkest, HU. */
const AIR_HU_WIDE = 60;
/** Fat ends and bone begins so far above air, HU. */
const SOFT_ABOVE_AIR_HU = [960, 1260] as const;
/** Blocks side by side of one tissue are so near to their mean, HU. */
const EVEN_HU = 40;
/** Farther from the range than noise carries a block, HU. */
const FAR_HU = 400;
/** One block in so many is looked at along each axis. */
const STRIDE = 3;
/** Blocks below which nothing is said, and beyond which more tell nothing new. */
const LEAST_BLOCKS = 15;
const MOST_BLOCKS = 1500;
/** Share of a normal distribution below one standard deviation above its middle. */
const ABOVE_MEDIAN = 0.8413;
/** The commonest value is looked for within so many HU at a time. */
const MODE_WIDTH_HU = 15;

/** @param lungs labels on the coarse grid, 0 elsewhere */
export function measureIntensities(
  ct: CtVolume,
  coarse: CoarseCt,
  blocks: Blocks,
  lungs: Uint8Array,
): Intensities {
  const airBelowHu = percentile(coarse, 0.01) + AIR_HU_WIDE;
  const air = voxelsOf(ct, blocks, innerBlocks(coarse, blocks, lungs, [-Infinity, airBelowHu], Infinity));
  const airHu = air && quantile(air, 0.5);
  const [least, most] = SOFT_ABOVE_AIR_HU.map((above) => (airHu ?? -1000) + above);
  const soft = innerBlocks(coarse, blocks, lungs, [least, most], EVEN_HU);
  return {
    airHu,
    noiseHu: air && quantile(air, ABOVE_MEDIAN) - quantile(air, 0.5),
    softTissueHu: soft.length < LEAST_BLOCKS ? undefined : mode(soft.map(({ hu }) => hu)),
  };
}

interface Block {
  readonly hu: number;
  /** Along the scan's own axes. */
  readonly at: readonly [number, number, number];
}

/**
 * Blocks outside the lungs, like their six neighbours, the mean of the seven within `range` and each at most `even` HU from it
 * (noise is spread over seven, where a block is but a voxel); of many, some evenly chosen.
 */
function innerBlocks(
  { hu, measured }: CoarseCt,
  { offsets: [xs, ys, zs], cuts: [xCuts, yCuts, zCuts] }: Blocks,
  lungs: Uint8Array,
  [least, most]: readonly [number, number],
  even: number,
): Block[] {
  const found: Block[] = [];
  const seven = new Int32Array(7);
  for (let c = 1; c < zCuts.length - 2; c += STRIDE)
    for (let b = 1; b < yCuts.length - 2; b += STRIDE)
      for (let a = 1; a < xCuts.length - 2; a += STRIDE) {
        const [x, y, z] = [xs[xCuts[a]], ys[yCuts[b]], zs[zCuts[c]]];
        if (hu[x + y + z] > most + FAR_HU || hu[x + y + z] < least - FAR_HU) continue;
        seven[0] = x + y + z;
        seven[1] = xs[xCuts[a - 1]] + y + z;
        seven[2] = xs[xCuts[a + 1]] + y + z;
        seven[3] = x + ys[yCuts[b - 1]] + z;
        seven[4] = x + ys[yCuts[b + 1]] + z;
        seven[5] = x + y + zs[zCuts[c - 1]];
        seven[6] = x + y + zs[zCuts[c + 1]];
        const mean = meanOf(seven);
        if (mean >= least && mean < most) found.push({ hu: mean, at: [a, b, c] });
      }
  const stride = Math.max(1, Math.floor(found.length / MOST_BLOCKS));
  return found.filter((_, n) => n % stride === 0);

  /** NaN where a block was not measured, is lung, or strays. */
  function meanOf(wanted: Int32Array): number {
    let sum = 0;
    for (const i of wanted) {
      if (measured[i] === 0 || lungs[i] !== 0) return NaN;
      sum += hu[i];
    }
    const mean = sum / wanted.length;
    for (const i of wanted) if (Math.abs(hu[i] - mean) > even) return NaN;
    return mean;
  }
}

/** All voxels of some blocks, HU, ascending; undefined where there are too few blocks. */
function voxelsOf(
  { voxels, geometry: { size } }: CtVolume,
  { cuts: [xCuts, yCuts, zCuts] }: Blocks,
  wanted: readonly Block[],
): Float32Array | undefined {
  if (wanted.length < LEAST_BLOCKS) return undefined;
  const values: number[] = [];
  for (const {
    at: [a, b, c],
  } of wanted)
    for (let k = zCuts[c]; k < zCuts[c + 1]; k++)
      for (let j = yCuts[b]; j < yCuts[b + 1]; j++)
        for (let i = xCuts[a]; i < xCuts[a + 1]; i++) values.push(voxels[i + size[0] * (j + size[1] * k)]);
  return Float32Array.from(values).sort();
}

/** @param sorted ascending */
const quantile = (sorted: Float32Array, share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];

/** The middle of the stretch of MODE_WIDTH_HU that holds most values. */
function mode(values: readonly number[]): number {
  const sorted = Float32Array.from(values).sort();
  let [best, at] = [0, 0];
  for (let from = 0, to = 0; from < sorted.length; from++) {
    while (to < sorted.length && sorted[to] - sorted[from] <= MODE_WIDTH_HU) to++;
    if (to - from <= best) continue;
    [best, at] = [to - from, from];
  }
  return sorted[at + (best >> 1)];
}
