/** What a network's parameters are called, their shapes and untrained values (names as in the published checkpoints, reference section 6). */
import type { Tensor } from '../core/tensor.js';

export interface ParameterSpec {
  /** In PyTorch's axis order. */
  readonly shape: readonly number[];
  /** Untrained: uniform in [-bound, bound), or one value. */
  readonly untrained: { readonly bound: number } | { readonly value: number };
}

export interface Architecture {
  /** For messages: `patch encoder`. */
  readonly title: string;
  /**
   * What may stand before every name: a file that holds several networks tells them apart by it. The last is the one that
   * `pipeline weights convert` writes.
   */
  readonly prefixes: readonly string[];
  readonly parameters: Readonly<Record<string, ParameterSpec>>;
  /** A second spelling of a matrix, stored transposed. */
  readonly transposed: Readonly<Record<string, string>>;
  /** Names that may be present and are not needed for features: pre-training heads, counters. */
  readonly unused: RegExp;
}

/** BatchNorm in evaluation; untrained, it is the identity. */
export const batchNormParameters = (name: string, channels: number): Architecture['parameters'] => ({
  [`${name}.weight`]: { shape: [channels], untrained: { value: 1 } },
  [`${name}.bias`]: { shape: [channels], untrained: { value: 0 } },
  [`${name}.running_mean`]: { shape: [channels], untrained: { value: 0 } },
  [`${name}.running_var`]: { shape: [channels], untrained: { value: 1 } },
});

/** Numbers by name. Cloneable between threads; the numbers are shared. */
export type Parameters = Readonly<Record<string, Tensor<Float32Array<SharedArrayBuffer>>>>;
