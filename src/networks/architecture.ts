/** A network as data: its layers, and what files call their parameters. */
import type { Tensor } from '../core/tensor.js';
import type { HeadLayer, Layer } from './layers.js';
import { parameterSpecs, type ParameterSpecs } from './parameter-specs.js';

interface Described<L extends Layer> {
  /** For messages: `patch encoder`. */
  readonly title: string;
  /**
   * What may stand before every name: a file that holds several networks tells them apart by it. The last is the one that
   * `pipeline weights convert` writes.
   */
  readonly prefixes: readonly string[];
  /** From the input to the features, which is all that inference runs. */
  readonly body: readonly L[];
  /** From the features on, in pre-training. */
  readonly head: readonly HeadLayer[];
}

export interface Architecture<L extends Layer = Layer> extends Described<L> {
  /** Of the body. */
  readonly parameters: ParameterSpecs;
  readonly headParameters: ParameterSpecs;
  /** A second spelling of a matrix, stored transposed. */
  readonly transposed: Readonly<Record<string, string>>;
  /** Whether a name may be present though features do not need it: of the head, whatever its layers, or a counter. */
  passesOver(name: string): boolean;
}

export function defineArchitecture<L extends Layer>(described: Described<L>): Architecture<L> {
  const { body, head } = described;
  const headParameters = parameterSpecs(head);
  const moduleOf = (name: string) => name.split('.')[0];
  const headModules = new Set(Object.keys(headParameters).map(moduleOf));
  return {
    ...described,
    parameters: parameterSpecs(body),
    headParameters,
    transposed: secondSpellings(body),
    passesOver: (name) => headModules.has(moduleOf(name)) || name.endsWith('.num_batches_tracked'),
  };
}

/** Of graph convolutions, since PyTorch Geometric 2.0. */
const secondSpellings = (layers: readonly Layer[]): Readonly<Record<string, string>> =>
  Object.fromEntries(
    layers.flatMap((layer) =>
      layer.kind === 'graph-convolution' ? [[`${layer.name}.lin.weight`, `${layer.name}.weight`]] : [],
    ),
  );

/** Numbers by name. Cloneable between threads; the numbers are shared. */
export type Parameters = Readonly<Record<string, Tensor<Float32Array<SharedArrayBuffer>>>>;
