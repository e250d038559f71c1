/** Too little memory on the device: what backends throw, and the engine answers by smaller batches. */
import { LungflowError, resourceError } from '../../core/errors.js';
import { orFallback } from '../fallback.js';

const CODE = 'device-memory';

/** For a batch of which nothing was written. */
export const deviceMemoryError = (cause: unknown, batch = 'this batch'): LungflowError =>
  resourceError(
    CODE,
    `The device has too little memory for ${batch}.`,
    orFallback('Close other programs that use it'),
    cause,
  );

export const isDeviceMemoryError = (thrown: unknown): thrown is LungflowError =>
  thrown instanceof LungflowError && thrown.code === CODE;

/** What a library threw, told as memory that ran out where its words match. */
export const asDeviceMemoryError = (thrown: unknown, words: RegExp): unknown =>
  words.test(String(thrown)) ? deviceMemoryError(thrown) : thrown;
