/** BatchNorm in evaluation is a scale and a shift a channel: it folds into the layer before it. */
import type { Parameters } from './architecture.js';

const EPSILON = 1e-5; // PyTorch's default, and the reference's

export interface ChannelAffine {
  readonly scale: Float64Array;
  /** bias of the layer before, scaled, plus BatchNorm's own shift. */
  readonly shift: Float64Array;
}

/** y = scale * (layer without its bias) + shift, in double precision. */
export function foldBatchNorm(parameters: Parameters, layer: string, norm: string): ChannelAffine {
  const of = (name: string) => parameters[name].data;
  const [gamma, beta] = [of(`${norm}.weight`), of(`${norm}.bias`)];
  const [mean, variance] = [of(`${norm}.running_mean`), of(`${norm}.running_var`)];
  const bias = of(`${layer}.bias`);
  const scale = Float64Array.from(gamma, (g, c) => g / Math.sqrt(variance[c] + EPSILON));
  const shift = Float64Array.from(beta, (b, c) => (bias[c] - mean[c]) * scale[c] + b);
  return { scale, shift };
}
