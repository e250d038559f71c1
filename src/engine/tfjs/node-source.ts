/** Where a backend on TensorFlow's C library comes from. */
import type { BackendSource } from '../device/backend.js';

export interface TfjsNodeSource extends BackendSource {
  /** Of the main module of @tensorflow/tfjs-node or tfjs-node-gpu. */
  readonly url: string;
  /** For tests: fewer patches in a batch than suit a real device. */
  readonly batch?: number | undefined;
}

export const tfjsNodeSource = (url: string, batch?: number): TfjsNodeSource => ({
  module: new URL('./node-backend.js', import.meta.url).href,
  url,
  batch,
});
