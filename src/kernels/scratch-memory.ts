/** The one memory of a thread for kernels that keep nothing between calls: it grows to the largest, not to their sum. */
import { growMemory } from './grow-memory.js';

/** Made on first use: most threads that import this never need it. */
let scratch: WebAssembly.Memory | undefined;

/**
 * At least so many bytes, of which nothing is known. Whoever asks may use all of it until the next call on this thread; a
 * call may move it, so views of its buffer are made after.
 */
export function scratchMemory(bytes: number): WebAssembly.Memory {
  scratch ??= new WebAssembly.Memory({ initial: 0 });
  growMemory(scratch, bytes);
  return scratch;
}
