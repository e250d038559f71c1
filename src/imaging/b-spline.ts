/**
 * Cubic B-spline interpolation with mirror boundaries: the arithmetic of ITK's BSplineDecompositionImageFilter and
 * BSplineInterpolateImageFunction, operation for operation, because the cast to whole HU that follows turns the last
 * bit of a value near a whole number into 1 HU. (Unser, Aldroubi, Eden: IEEE Trans. Signal Process. 41, 1993.)
 *
 * The prefilter works on rows of a buffer: row r holds sample r of `width` signals side by side. A row is named by the
 * offset of its first element.
 */

const POLE = Math.sqrt(3) - 2;
const GAIN = (1 - POLE) * (1 - 1 / POLE);
const MIRROR_END = POLE / (POLE * POLE - 1);
/** Terms of the causal start: ITK's tolerance of 1e-10. */
const HORIZON = Math.ceil(Math.log(1e-10) / Math.log(-POLE));

/**
 * Samples after which a recursion has forgotten where it began: 0.268^48 is 4e-28 of its start, and two recursions
 * that differ by one unit in the last place agree at the next sample three times in four, from then on for ever.
 */
export const DECAY = 48;

/** How many rows `startCausal` must be shown, of a signal of so many samples. */
export const causalReach = (samples: number): number => Math.min(samples, HORIZON + 1);

/** The first row's causal values, in its place, from the samples of the rows after it. */
export function startCausal(c: Float64Array, rows: readonly number[], width: number): void {
  const n = rows.length;
  const [first, last] = [rows[0], rows[n - 1]];
  for (let i = first; i < first + width; i++) c[i] *= GAIN;
  if (n > HORIZON) {
    for (let r = 1, weight = POLE; r < HORIZON; r++, weight *= POLE) add(c, first, rows[r], weight, width);
    return;
  }
  let near = POLE;
  let far = POLE ** (n - 1);
  add(c, first, last, far, width);
  far *= far / POLE;
  for (let r = 1; r < n - 1; r++, near *= POLE, far /= POLE) add(c, first, rows[r], near + far, width);
  for (let i = first; i < first + width; i++) c[i] /= 1 - near * near;
}

function add(c: Float64Array, to: number, from: number, weight: number, width: number): void {
  for (let i = 0; i < width; i++) c[to + i] += weight * (GAIN * c[from + i]);
}

/** Any further row's causal values, in its place, from those of the row before. */
export function stepCausal(c: Float64Array, row: number, before: number, width: number): void {
  for (let i = 0; i < width; i++) c[row + i] = GAIN * c[row + i] + POLE * c[before + i];
}

/** The last row's coefficients, into `to`, from the causal values of the last two. */
export function startAnticausal(
  c: Float64Array,
  last: number,
  before: number,
  width: number,
  to: Float64Array,
): void {
  for (let i = 0; i < width; i++) to[i] = MIRROR_END * (POLE * c[before + i] + c[last + i]);
}

/** Turns `coefficients` of the row after this one into this one's, and leaves the row its causal values. */
export function passAnticausal(
  c: Float64Array,
  row: number,
  width: number,
  coefficients: Float64Array,
): void {
  for (let i = 0; i < width; i++) coefficients[i] = POLE * (coefficients[i] - c[row + i]);
}

/** Any other row's coefficients, in its place, from those of the row after. */
export function stepAnticausal(c: Float64Array, row: number, after: number, width: number): void {
  for (let i = 0; i < width; i++) c[row + i] = POLE * (c[after + i] - c[row + i]);
}

/** The whole prefilter, in place: `count` rows, two at least, one after the other. */
export function prefilterRows(c: Float64Array, count: number, width: number): void {
  const rows = Array.from({ length: count }, (_, r) => r * width);
  const [last, before] = [rows[count - 1], rows[count - 2]];
  startCausal(c, rows.slice(0, causalReach(count)), width);
  for (let r = 1; r < count; r++) stepCausal(c, rows[r], rows[r - 1], width);
  startAnticausal(c, last, before, width, c.subarray(last));
  for (let r = count - 2; r >= 0; r--) stepAnticausal(c, rows[r], rows[r + 1], width);
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
