/**
 * What networks are made of, as data: each layer with its sizes and the name under which its parameters stand in files (axes in
 * PyTorch's order). Parameters are derived from them; engines, and the plain reference, walk them.
 */

/** Edge of a filter of the encoder. */
export const KERNEL = 3;

/** In three dimensions, zeros of one voxel around. Reads `NAME.weight` `[to, from, z, y, x]` and `NAME.bias` `[to]`. */
export interface Convolution {
  readonly kind: 'convolution';
  readonly name: string;
  readonly from: number;
  readonly to: number;
  readonly stride: 1 | 2;
}

/**
 * PyTorch Geometric's GCNConv along normalised edges. Reads `NAME.weight` `[from, to]`, which since PyTorch Geometric 2.0 is
 * `NAME.lin.weight` `[to, from]`, and `NAME.bias` `[to]`.
 */
export interface GraphConvolution {
  readonly kind: 'graph-convolution';
  readonly name: string;
  readonly from: number;
  readonly to: number;
}

/** Reads `NAME.weight` `[to, from]` and `NAME.bias` `[to]`. */
export interface Linear {
  readonly kind: 'linear';
  readonly name: string;
  readonly from: number;
  readonly to: number;
}

/**
 * Reads `NAME.weight`, `.bias`, `.running_mean` and `.running_var`, `[channels]`. In evaluation the running statistics
 * normalise; in training the batch's, which the running ones follow.
 */
export interface BatchNorm {
  readonly kind: 'batch-norm';
  readonly name: string;
  readonly channels: number;
  readonly epsilon: number;
  /** Of a batch's statistics among the running ones, in training. */
  readonly momentum: number;
}

export interface Activation {
  readonly kind: 'activation';
  readonly name: 'elu' | 'relu';
}

/** The channels of the one voxel that is left, as numbers. */
export interface Flatten {
  readonly kind: 'flatten';
}

/** One vector of a graph. */
export interface MeanOverNodes {
  readonly kind: 'mean-over-nodes';
}

/** The patch's place in the atlas, after its features: corner / largest corner, along each axis. */
export interface AppendLocation {
  readonly kind: 'append-location';
  readonly numbers: 3;
}

export type Layer =
  Convolution | GraphConvolution | Linear | BatchNorm | Activation | Flatten | MeanOverNodes | AppendLocation;

/** Of pre-training: follows a network's features. */
export type HeadLayer = AppendLocation | Linear | Activation;

export const batchNorm = (name: string, channels: number): BatchNorm => ({
  kind: 'batch-norm',
  name,
  channels,
  epsilon: 1e-5,
  momentum: 0.1,
});
export const linear = (name: string, from: number, to: number): Linear => ({
  kind: 'linear',
  name,
  from,
  to,
});
export const elu: Activation = { kind: 'activation', name: 'elu' };
export const relu: Activation = { kind: 'activation', name: 'relu' };
