/**
 * A network as engines compute it: steps, each a layer with the BatchNorm and the ELU that follow it. BatchNorm is folded into
 * filters and biases, in double precision: an engine rounds once.
 */
import { PATCH_EDGE } from '../imaging/atlas/atlas.js';
import type { Parameters } from '../networks/architecture.js';
import type { GraphLayer } from '../networks/graph-network.js';
import {
  elu,
  type Activation,
  type BatchNorm,
  type Convolution,
  type Flatten,
  type GraphConvolution,
  type Layer,
  type MeanOverNodes,
} from '../networks/layers.js';
import type { EncoderLayer } from '../networks/patch-encoder.js';
import { foldBatchNorm } from './fold-batch-norm.js';

/** Bias and ELU included. */
export interface ConvolutionStep {
  readonly kind: 'convolution';
  readonly from: number;
  readonly to: number;
  readonly stride: 1 | 2;
  /** Voxels along each axis of its input. */
  readonly edge: number;
  /** `[to, from, z, y, x]` */
  readonly filter: Float64Array;
  /** `[to]` */
  readonly bias: Float64Array;
}

/** Features times filter, mixed along the edges, bias, ELU. */
export interface GraphConvolutionStep {
  readonly kind: 'graph-convolution';
  readonly from: number;
  readonly to: number;
  /** `[from, to]` */
  readonly filter: Float64Array;
  /** `[to]` */
  readonly bias: Float64Array;
}

export type EncoderStep = ConvolutionStep | Flatten;
export type GraphStep = GraphConvolutionStep | MeanOverNodes;

export function planEncoder(layers: readonly EncoderLayer[], parameters: Parameters): EncoderStep[] {
  let edge = PATCH_EDGE;
  return gather(layers).map((layer) => {
    if (layer.kind === 'flatten') return layer;
    const { kind, name, from, to, stride, norm } = layer;
    const { scale, shift } = foldBatchNorm(parameters, name, norm);
    const filter = scaled(parameters[`${name}.weight`].data, scale, 'first');
    const step = { kind, from, to, stride, edge, filter, bias: shift };
    edge /= stride;
    return step;
  });
}

export const planGraphNetwork = (layers: readonly GraphLayer[], parameters: Parameters): GraphStep[] =>
  gather(layers).map((layer) => {
    if (layer.kind === 'mean-over-nodes') return layer;
    const { kind, name, from, to, norm } = layer;
    const { scale, shift } = foldBatchNorm(parameters, name, norm);
    const filter = scaled(parameters[`${name}.weight`].data, scale, 'last');
    return { kind, from, to, filter, bias: shift };
  });

/** Each output channel by its own factor. A loop: `Float64Array.from` with a function takes ten times as long, on every thread. */
function scaled(weight: Float32Array, scale: Float64Array, outputAxis: 'first' | 'last'): Float64Array {
  const filter = new Float64Array(weight.length);
  const each = weight.length / scale.length;
  for (let i = 0; i < filter.length; i++)
    filter[i] = weight[i] * scale[outputAxis === 'first' ? Math.floor(i / each) : i % scale.length];
  return filter;
}

export const convolutionsOf = (steps: readonly EncoderStep[]): ConvolutionStep[] =>
  steps.filter((step) => step.kind === 'convolution');

type Weighted = Convolution | GraphConvolution;

/** A layer, those with weights with the BatchNorm that follows. */
type Gathered<L extends Layer> =
  Exclude<L, Weighted | BatchNorm | Activation> | (Extract<L, Weighted> & { readonly norm: BatchNorm });

/** @throws where what follows a layer with weights is not BatchNorm and ELU, or they stand elsewhere: no engine computes that */
function gather<L extends Layer>(layers: readonly L[]): Gathered<L>[] {
  const gathered: Gathered<L>[] = [];
  for (let i = 0; i < layers.length; i++) {
    const layer: Layer = layers[i];
    if (layer.kind === 'convolution' || layer.kind === 'graph-convolution') {
      const [norm, activation] = layers.slice(i + 1, i + 3) as readonly (Layer | undefined)[];
      if (norm?.kind !== 'batch-norm' || activation !== elu)
        throw new Error(`No engine computes ${layer.name} without BatchNorm and ELU after it`);
      gathered.push({ ...layer, norm } as unknown as Gathered<L>);
      i += 2;
    } else {
      if (layer.kind === 'batch-norm' || layer.kind === 'activation')
        throw new Error(`No engine computes ${layer.name} but after a convolution`);
      gathered.push(layer as Gathered<L>);
    }
  }
  return gathered;
}
