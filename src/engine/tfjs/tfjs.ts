/** The tfjs API a model is written against: any backend's, from whichever package brought it. */
import type * as tfjs from '@tensorflow/tfjs-core';

export type Tf = typeof tfjs;
