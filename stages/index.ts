/** The shipped stages, in the order data flows. */
import type { AnyStageType } from '../src/core/stage.js';
import { aggregate } from './aggregate/index.js';
import { encode } from './encode/index.js';
import { load } from './load/index.js';
import { patch } from './patch/index.js';
import { preview } from './preview/index.js';
import { readPatches } from './read-patches/index.js';
import { register } from './register/index.js';
import { resample } from './resample/index.js';
import { segment } from './segment/index.js';
import { write } from './write/index.js';

export { aggregate, encode, load, patch, preview, readPatches, register, resample, segment, write };
export * as ports from './ports.js';

/** The registry by which pipeline files find them. */
export const stageTypes: readonly AnyStageType[] = [
  load,
  segment,
  register,
  preview,
  resample,
  patch,
  readPatches,
  encode,
  aggregate,
  write,
];
