/** The patch encoder (reference section 6): 13 convolutions of kernel 3, each with BatchNorm and ELU, from 32^3 voxels to 128 numbers. */
import { defineArchitecture } from './architecture.js';
import {
  batchNorm,
  elu,
  linear,
  relu,
  type Activation,
  type BatchNorm,
  type Convolution,
  type Flatten,
} from './layers.js';

export const FEATURES = 128;
const LOCATION = 3;

/** HU as the network's input: -1 is air, 0 is -392 HU, 1 is 240 HU. */
export const networkInput = (hu: number): number => (hu + 1024) / 632 - 1;

export type EncoderLayer = Convolution | BatchNorm | Activation | Flatten;

const block = (conv: string, norm: string, from: number, to: number, stride: 1 | 2): EncoderLayer[] => [
  { kind: 'convolution', name: conv, from, to, stride },
  batchNorm(norm, to),
  elu,
];
const downsample = (name: string, from: number, to: number): EncoderLayer[] => [
  ...block(`${name}.0`, `${name}.1`, from, to, 1),
  ...block(`${name}.3`, `${name}.4`, to, to, 1),
  ...block(`${name}.6`, `${name}.7`, to, to, 2),
];

/** Takes `[1, z, y, x]`, as `networkInput` says. */
export const patchEncoder = defineArchitecture<EncoderLayer>({
  title: 'patch encoder',
  prefixes: ['module.encoder_q.', 'encoder.'],
  body: [
    ...block('conv1', 'bn1', 1, 8, 1),
    ...block('conv2', 'bn2', 8, 8, 2),
    ...downsample('downsample1', 8, 16),
    ...downsample('downsample2', 16, 32),
    ...downsample('downsample3', 32, 64),
    ...block('conv3', 'bn3', 64, 128, 1),
    ...block('conv4', 'bn4', 128, FEATURES, 2),
    { kind: 'flatten' },
  ],
  head: [
    { kind: 'append-location', numbers: LOCATION },
    linear('fc.0', FEATURES + LOCATION, FEATURES + LOCATION),
    relu,
    linear('fc.2', FEATURES + LOCATION, FEATURES),
  ],
});
