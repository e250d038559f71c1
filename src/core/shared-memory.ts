/** Memory that threads share, for a whole volume: the one allocation that a machine may well refuse. */
import { resourceError } from './errors.js';

/** @throws LungflowError `out-of-memory` */
export function sharedMemory(bytes: number): SharedArrayBuffer {
  try {
    return new SharedArrayBuffer(bytes);
  } catch (cause) {
    throw resourceError(
      'out-of-memory',
      `The image needs ${bytes} bytes of memory, which the system does not give.`,
      'Run on a machine with more memory, or with fewer `jobs`.',
      cause,
    );
  }
}
