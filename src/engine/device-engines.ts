/** The engines that stand on a library of a device: which packages each needs, and how it is opened. */
import { LungflowError, modelError } from '../core/errors.js';
import type { BackendSource } from './device/backend.js';
import { deviceEngine } from './device/engine.js';
import type { Engine, EngineName } from './engine.js';
import type { FindPackage } from './packages.js';
import { missingForVulkan } from './vulkan.js';

export type DeviceEngineName = Exclude<EngineName, 'wasm'>;

interface Library {
  readonly packages: readonly string[];
  /** @param urls of the packages' main modules, in their order */
  readonly source: (urls: readonly string[]) => BackendSource;
  /** What the machine lacks for it, where that can be told without loading it. */
  readonly missing?: () => string | undefined;
}

const LIBRARIES: Readonly<Record<DeviceEngineName, Library>> = {
  'node-gpu': {
    packages: ['@tensorflow/tfjs-node-gpu'],
    source: ([url]) => ({ kind: 'tfjs-node', url }),
  },
  webgpu: {
    packages: ['webgpu', '@tensorflow/tfjs-core', '@tensorflow/tfjs-backend-webgpu'],
    source: ([dawn, core, backend]) => ({ kind: 'webgpu', dawn, core, backend }),
    missing: missingForVulkan,
  },
  node: {
    packages: ['@tensorflow/tfjs-node'],
    source: ([url]) => ({ kind: 'tfjs-node', url }),
  },
  onnx: {
    packages: ['onnxruntime-node'],
    source: ([url]) => ({ kind: 'onnx', url }),
  },
};

/** The npm packages that an engine stands on. */
export const packagesOf = (name: DeviceEngineName): readonly string[] => LIBRARIES[name].packages;

export const installCommand = (name: DeviceEngineName): string => `npm install ${packagesOf(name).join(' ')}`;

/** @throws modelError `engine-not-installed`, `engine-without-gpu` or, when its library fails, `engine-broken` */
export async function openDeviceEngine(
  name: DeviceEngineName,
  find: FindPackage,
  reason: string,
): Promise<Engine> {
  const { packages, source, missing } = LIBRARIES[name];
  const urls = packages.map(find);
  if (!urls.every((url) => url !== undefined)) {
    throw modelError(
      'engine-not-installed',
      `The engine ${name} is not installed.`,
      `Install it with \`${installCommand(name)}\`, or choose --engine wasm.`,
    );
  }
  const lacking = missing?.();
  if (lacking !== undefined) throw withoutGpu(name, lacking);
  try {
    return await deviceEngine(name, source(urls), reason);
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

/** @param why as the end of a sentence */
export const withoutGpu = (name: DeviceEngineName, why: string): LungflowError =>
  modelError(
    'engine-without-gpu',
    `The engine ${name} found no GPU: ${why}.`,
    'Install the card’s driver (docs/gpu.md says what each engine needs), or choose --engine wasm.',
  );

const causeOf = (thrown: unknown) =>
  (thrown instanceof LungflowError ? thrown.what : String(thrown))
    .replace(/^Unexpected failure: /, '')
    .replace(/\.$/, '');
