import type { RandomAccess } from '../../src/formats/random-access.js';

/** Bytes as a file. */
export const inMemory = (bytes: Uint8Array): RandomAccess => ({
  size: bytes.length,
  fill: (into, at) => Promise.resolve(into.set(bytes.subarray(at, at + into.length))),
});
