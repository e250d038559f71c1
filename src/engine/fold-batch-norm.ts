/** BatchNorm in evaluation is a scale and a shift a channel: it folds into the layer before it. */
import type { Parameters } from '../networks/architecture.js';
import type { BatchNorm } from '../networks/layers.js';

export interface ChannelAffine {
  readonly scale: Float64Array;
  /** bias of the layer before, scaled, plus BatchNorm's own shift. */
  readonly shift: Float64Array;
}

/** y = scale * (layer without its bias) + shift, in double precision. */
export function foldBatchNorm(parameters: Parameters, layer: string, norm: BatchNorm): ChannelAffine {
  const of = (name: string) => parameters[name].data;
  const [gamma, beta] = [of(`${norm.name}.weight`), of(`${norm.name}.bias`)];
  const [mean, variance] = [of(`${norm.name}.running_mean`), of(`${norm.name}.running_var`)];
  const bias = of(`${layer}.bias`);
  const scale = Float64Array.from(gamma, (g, c) => g / Math.sqrt(variance[c] + norm.epsilon));
  const shift = Float64Array.from(beta, (b, c) => (bias[c] - mean[c]) * scale[c] + b);
  return { scale, shift };
}
