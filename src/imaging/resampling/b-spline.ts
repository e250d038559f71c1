/**
 * Cubic B-spline interpolation with mirror boundaries: the arithmetic of ITK's BSplineDecompositionImageFilter and
 * BSplineInterpolateImageFunction, operation for operation, because the cast to whole HU that follows turns the last
 * bit of a value near a whole number into 1 HU. (Unser, Aldroubi, Eden: IEEE Trans. Signal Process. 41, 1993.)
 * The prefilter's steps themselves: `kernels/spline-prefilter.as.ts`.
 */

export const POLE = Math.sqrt(3) - 2;
export const GAIN = (1 - POLE) * (1 - 1 / POLE);
export const MIRROR_END = POLE / (POLE * POLE - 1);
/** Terms of the causal start: ITK's tolerance of 1e-10. */
export const HORIZON = Math.ceil(Math.log(1e-10) / Math.log(-POLE));

/**
 * Samples after which a recursion has forgotten where it began: 0.268^48 is 4e-28 of its start, and two recursions
 * that differ by one unit in the last place agree at the next sample three times in four, from then on for ever.
 */
export const DECAY = 48;

/** How many samples the causal start must be shown, of a signal of so many. */
export const causalReach = (samples: number): number => Math.min(samples, HORIZON + 1);

/** Voxels `from` to `to` along one axis, the latter excluded. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/** The four samples and weights that make up each interpolated value along one axis. */
export interface Taps {
  /** Positions inside the signal: these come first, what follows lies outside. */
  readonly inside: number;
  /** `[inside, 4]`: samples, mirrored into the signal. */
  readonly samples: Int32Array;
  /** `[inside, 4]`. */
  readonly weights: Float64Array;
}

/**
 * @param positions continuous indices, ascending from about 0
 * @param length samples of the signal, at least 4; inside is [-0.5, length - 0.5)
 */
export function tapsAt(positions: Float64Array, length: number): Taps {
  const beyond = positions.findIndex((x) => !(x >= -0.5 && x < length - 0.5));
  const inside = beyond === -1 ? positions.length : beyond;
  const samples = new Int32Array(4 * inside);
  const weights = new Float64Array(4 * inside);
  for (let i = 0; i < inside; i++) {
    const middle = Math.floor(Math.fround(positions[i])); // ITK floors in single precision
    for (let tap = 0; tap < 4; tap++) {
      const sample = Math.abs(middle - 1 + tap);
      samples[4 * i + tap] = sample < length ? sample : 2 * (length - 1) - sample;
    }
    weights.set(cubicWeights(positions[i] - middle), 4 * i);
  }
  return { inside, samples, weights };
}

/** The cubic B-spline at distances 1 + t, t, 1 - t, 2 - t, in ITK's order of operations. */
function cubicWeights(t: number): [number, number, number, number] {
  const w3 = (1 / 6) * t * t * t;
  const w0 = 1 / 6 + 0.5 * t * (t - 1) - w3;
  const w2 = t + w0 - 2 * w3;
  return [w0, 1 - w0 - w2 - w3, w2, w3];
}

/** The samples that a range of interpolated positions, not empty, is made of. */
export function samplesUnder({ samples }: Taps, { from, to }: Range): Range {
  const used = samples.subarray(4 * from, 4 * to);
  return { from: used.reduce((a, b) => Math.min(a, b)), to: used.reduce((a, b) => Math.max(a, b)) + 1 };
}
