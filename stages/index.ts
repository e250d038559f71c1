/** The shipped stages, in the order data flows. */
import type { AnyStageType } from '../src/core/stage.js';
import { aggregate } from './aggregate/aggregate.js';
import { encode } from './encode/encode.js';
import { load } from './load/load.js';
import { patch } from './patch/patch.js';
import { preview } from './preview/preview.js';
import { register } from './register/register.js';
import { resample } from './resample/resample.js';
import { segment } from './segment/segment.js';
import { write } from './write/write.js';

export { aggregate, encode, load, patch, preview, register, resample, segment, write };
export * as ports from './ports.js';

/** The registry by which pipeline files find them. */
export const stageTypes: readonly AnyStageType[] = [
  load,
  segment,
  register,
  preview,
  resample,
  patch,
  encode,
  aggregate,
  write,
];
