/** Mattes mutual information of two images of one lung, with its exact gradient. */
import { sampleField, slope, spline, type SmoothField } from './smooth-field.js';

const BINS = 32;
/** Bins kept free at either end for the Parzen window, as in ITK. */
const PADDING = 2;
/** Intensities are shares of lung, 0 to 1. */
const BIN_WIDTH = 1 / (BINS - 2 * PADDING);

/** Points of the fixed image, in whatever space the affine starts from, and the histogram bin of its intensity there. */
export interface FixedSamples {
  /** `[count, 3]`. */
  readonly points: Float32Array<SharedArrayBuffer>;
  readonly bins: Uint8Array<SharedArrayBuffer>;
}

export const fixedBin = (intensity: number): number =>
  Math.min(Math.floor(intensity / BIN_WIDTH) + PADDING, BINS - PADDING - 1);

/**
 * Mutual information (nats) as a function of the twelve numbers of an affine map from sample points to the moving
 * field's index: rows of three matrix entries, then the offset `[m00 ... m22, ox, oy, oz]`. The joint histogram has
 * 32 x 32 bins; the moving intensity is spread over four of them by a cubic B-spline Parzen window, the fixed one falls
 * into its own (Mattes et al. 2003; itk::MattesMutualInformationImageToImageMetricv4). Points outside the moving field
 * count as background rather than being left out. The derivative is written to `gradient`.
 */
export function mutualInformation({ points, bins }: FixedSamples, moving: SmoothField) {
  const count = bins.length;
  // What the second pass needs of each sample that lies on a border of the moving image.
  const sample = new Uint32Array(count);
  const level = new Float64Array(count);
  const gradients = new Float64Array(3 * count);
  const here = new Float64Array(4);

  return (affine: Float64Array, gradient: Float64Array): number => {
    const [a, b, c, d, e, f, g, h, i, ox, oy, oz] = affine;
    const joint = new Float64Array(BINS * BINS);
    const background = new Uint32Array(BINS); // samples of each fixed bin that meet plain background
    let sloped = 0;
    for (let s = 0; s < count; s++) {
      const x = points[3 * s];
      const y = points[3 * s + 1];
      const z = points[3 * s + 2];
      const hasSlope = sampleField(
        moving,
        a * x + b * y + c * z + ox,
        d * x + e * y + f * z + oy,
        g * x + h * y + i * z + oz,
        here,
      );
      if (here[0] === 0) {
        background[bins[s]]++;
        continue;
      }
      const l = here[0] / BIN_WIDTH + PADDING;
      const low = lowBin(l);
      const t = l - low;
      const at = bins[s] * BINS + low;
      joint[at - 1] += spline(-1, t);
      joint[at] += spline(0, t);
      joint[at + 1] += spline(1, t);
      joint[at + 2] += spline(2, t);
      if (!hasSlope) continue;
      sample[sloped] = s;
      level[sloped] = l;
      gradients[3 * sloped] = here[1];
      gradients[3 * sloped + 1] = here[2];
      gradients[3 * sloped + 2] = here[3];
      sloped++;
    }

    background.forEach((samples, bin) => {
      for (const offset of [-1, 0, 1]) joint[bin * BINS + PADDING + offset] += samples * spline(offset, 0);
    });

    const { value, logRatio } = information(joint, count);

    gradient.fill(0);
    for (let n = 0; n < sloped; n++) {
      const s = sample[n];
      const low = lowBin(level[n]);
      const t = level[n] - low;
      const at = bins[s] * BINS + low;
      const pull =
        (logRatio[at - 1] * slope(-1, t) +
          logRatio[at] * slope(0, t) +
          logRatio[at + 1] * slope(1, t) +
          logRatio[at + 2] * slope(2, t)) /
        (BIN_WIDTH * count);
      if (pull === 0) continue;
      const [x, y, z] = [points[3 * s], points[3 * s + 1], points[3 * s + 2]];
      for (let axis = 0; axis < 3; axis++) {
        const force = pull * gradients[3 * n + axis];
        gradient[3 * axis] += force * x;
        gradient[3 * axis + 1] += force * y;
        gradient[3 * axis + 2] += force * z;
        gradient[9 + axis] += force;
      }
    }
    return value;
  };
}

/** The second of the four bins under the Parzen window. */
const lowBin = (level: number): number => Math.min(Math.floor(level), BINS - PADDING - 1);

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
