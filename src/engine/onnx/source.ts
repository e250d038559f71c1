/** Where a backend on ONNX Runtime comes from. */
import type { BackendSource } from '../device/backend.js';

export interface OnnxSource extends BackendSource {
  /** Of the main module of onnxruntime-node. */
  readonly url: string;
  /** Of the CPU, where the work is done there. */
  readonly threads: number;
  /** For tests: take a GPU in software, too, and give it fewer patches at a time than a real one wants. */
  readonly gpu?: OnnxTestGpu | undefined;
}

export interface OnnxTestGpu {
  readonly inSoftware: true;
  readonly patchesAPass: number;
}

export const onnxSource = (url: string, threads: number, gpu?: OnnxTestGpu): OnnxSource => ({
  module: new URL('./backend.js', import.meta.url).href,
  url,
  threads,
  gpu,
});
