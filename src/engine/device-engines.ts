/** The engines that stand on a library of a device: which packages each needs, and how it is opened. */
import { LungflowError, modelError } from '../core/errors.js';
import type { BackendSource } from './device/backend.js';
import { deviceEngine } from './device/engine.js';
import type { Engine, EngineName } from './engine.js';
import type { FindPackage } from './packages.js';
import { requireVulkan } from './vulkan.js';

export type DeviceEngineName = Exclude<EngineName, 'wasm'>;

interface Library {
  readonly packages: readonly string[];
  /** Looks for what the machine must have besides, before a thread starts and the library loads. @throws modelError `engine-without-gpu` */
  readonly check?: () => void;
  /**
   * @param urls of the packages' main modules, in their order
   * @param threads of the run, for what works on the CPU
   */
  readonly source: (urls: readonly string[], threads: number) => BackendSource;
}

export const LIBRARIES: Readonly<Record<DeviceEngineName, Library>> = {
  'node-gpu': {
    packages: ['@tensorflow/tfjs-node-gpu'],
    source: ([url]) => ({ kind: 'tfjs-node', url }),
  },
  webgpu: {
    packages: ['webgpu', '@tensorflow/tfjs-core', '@tensorflow/tfjs-backend-webgpu'],
    check: requireVulkan,
    source: ([dawn, core, backend]) => ({ kind: 'webgpu', dawn, core, backend }),
  },
  node: {
    packages: ['@tensorflow/tfjs-node'],
    source: ([url]) => ({ kind: 'tfjs-node', url }),
  },
  onnx: {
    packages: ['onnxruntime-node'],
    source: ([url], threads) => ({ kind: 'onnx', url, threads }),
  },
};

export const missingPackages = (name: DeviceEngineName, find: FindPackage): string[] =>
  LIBRARIES[name].packages.filter((packageName) => find(packageName) === undefined);

/** In a clone, npm passes over an optional peer that is not asked for as something else, too. */
export const installCommand = (name: DeviceEngineName): string =>
  `npm install --no-save --save-dev ${LIBRARIES[name].packages.join(' ')}`;

/** @throws modelError `engine-not-installed`, `engine-without-gpu` or, when its library fails, `engine-broken` */
export async function openDeviceEngine(
  name: DeviceEngineName,
  find: FindPackage,
  reason: string,
  threads: number,
): Promise<Engine> {
  const { packages, check, source } = LIBRARIES[name];
  const urls = packages.map(find);
  if (!urls.every((url) => url !== undefined)) {
    throw modelError(
      'engine-not-installed',
      `The engine ${name} is not installed.`,
      `Install it with \`${installCommand(name)}\`, or choose --engine wasm.`,
    );
  }
  check?.();
  try {
    return await deviceEngine(name, source(urls, threads), reason);
  } catch (thrown) {
    if (thrown instanceof LungflowError && thrown.code === 'engine-without-gpu') throw thrown;
    throw modelError(
      'engine-broken',
      `The engine ${name} is installed but did not load: ${causeOf(thrown)}.`,
      `Install it again with \`${installCommand(name)}\`, or choose --engine wasm.`,
      thrown,
    );
  }
}

/** The first line of what was thrown, as the end of a sentence. */
const causeOf = (thrown: unknown) =>
  (thrown instanceof LungflowError ? thrown.what : thrown instanceof Error ? thrown.message : String(thrown))
    .replace(/^Unexpected failure: /, '')
    .split('\n')[0]
    .replace(/[. ]+$/, '');
