/** The parameters that layers read: names as in the published checkpoints (reference section 6), shapes, untrained values. */
import { KERNEL, type Layer } from './layers.js';

export interface ParameterSpec {
  /** In PyTorch's axis order. */
  readonly shape: readonly number[];
  /** Untrained: uniform in [-bound, bound), or one value. */
  readonly untrained: { readonly bound: number } | { readonly value: number };
}

export type ParameterSpecs = Readonly<Record<string, ParameterSpec>>;

/** In the order of the layers. */
export const parameterSpecs = (layers: readonly Layer[]): ParameterSpecs =>
  Object.assign({}, ...layers.map(specsOf)) as ParameterSpecs;

function specsOf(layer: Layer): ParameterSpecs {
  switch (layer.kind) {
    case 'convolution': {
      // PyTorch's `kaiming_uniform_` (fan in), which keeps the signal's size; its default for biases.
      const { name, from, to } = layer;
      const fanIn = from * KERNEL ** 3;
      return {
        [`${name}.weight`]: {
          shape: [to, from, KERNEL, KERNEL, KERNEL],
          untrained: { bound: Math.sqrt(6 / fanIn) },
        },
        [`${name}.bias`]: { shape: [to], untrained: { bound: Math.sqrt(1 / fanIn) } },
      };
    }
    case 'graph-convolution': {
      // PyTorch Geometric's: Glorot uniform and zero.
      const { name, from, to } = layer;
      return {
        [`${name}.weight`]: { shape: [from, to], untrained: { bound: Math.sqrt(6 / (from + to)) } },
        [`${name}.bias`]: { shape: [to], untrained: { value: 0 } },
      };
    }
    case 'linear': {
      // PyTorch's default.
      const { name, from, to } = layer;
      const untrained = { bound: Math.sqrt(1 / from) };
      return {
        [`${name}.weight`]: { shape: [to, from], untrained },
        [`${name}.bias`]: { shape: [to], untrained },
      };
    }
    case 'batch-norm': {
      const { name, channels } = layer;
      const filled = (value: number) => ({ shape: [channels], untrained: { value } });
      return {
        [`${name}.weight`]: filled(1),
        [`${name}.bias`]: filled(0),
        [`${name}.running_mean`]: filled(0),
        [`${name}.running_var`]: filled(1),
      };
    }
    case 'activation':
    case 'flatten':
    case 'mean-over-nodes':
    case 'append-location':
      return {};
  }
}
