/** tfjs's wasm backend, one in each thread that asks. */
import { createRequire } from 'node:module';
import { dirname, sep } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { BackendWasm, setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import { modelError } from '../core/errors.js';
import type { Tf } from './tfjs.js';

/** Reads the backend's binary from its package: no network, whatever the working directory. */
export async function openWasmBackend(): Promise<Tf> {
  const main = createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm');
  setWasmPaths(dirname(main) + sep);
  tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false); // one backend a thread: the pool is the parallelism
  const started = await tf.setBackend('wasm');
  if (!started || !(tf.backend() instanceof BackendWasm)) {
    throw modelError(
      'wasm-backend-failed',
      'The wasm backend of @tensorflow/tfjs-backend-wasm did not start.',
      'Install lungflow again; it needs Node 20 or later on a CPU with SIMD.',
    );
  }
  return tf;
}
