/** Where a backend on WebGPU comes from: main modules of packages by URL. */
import type { BackendSource } from '../device/backend.js';

export interface WebgpuSource extends BackendSource {
  readonly dawn: string;
  /** Of tfjs. */
  readonly core: string;
  /** Of tfjs, on WebGPU. */
  readonly backend: string;
}

/** @param urls of Dawn, tfjs's core and its backend */
export const webgpuSource = ([dawn, core, backend]: readonly string[]): WebgpuSource => ({
  module: new URL('./webgpu-backend.js', import.meta.url).href,
  dawn,
  core,
  backend,
});
