import { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import type { Tf } from '../../src/engine/tfjs.js';

/** Tensors alive and bytes of the wasm heap, which never shrinks. */
export function memoryHeld(tf: Tf): { tensors: number; heapBytes: number } {
  const backend = tf.backend();
  if (!(backend instanceof BackendWasm)) throw new Error('not the wasm backend');
  const { HEAPU8 } = backend.wasm as unknown as { HEAPU8: Uint8Array };
  return { tensors: tf.memory().numTensors, heapBytes: HEAPU8.buffer.byteLength };
}
