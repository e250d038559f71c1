/**
 * Which engine runs, and why: asked for by name, or by this rule: the first of node-gpu and webgpu that is installed and finds
 * a GPU, else wasm. Never a silent fallback: the reason says what was passed over.
 */
import { LungflowError, modelError } from '../core/errors.js';
import type { Workers } from '../core/stage.js';
import {
  installCommand,
  missingPackages,
  openDeviceEngine,
  type DeviceEngineName,
} from './device-engines.js';
import { ENGINE_NAMES, type Engine } from './engine.js';
import { findInstalled, type FindPackage } from './packages.js';
import { wasmEngine } from './wasm/engine.js';

export const ENGINE_CHOICES = ['auto', ...ENGINE_NAMES] as const;
export type EngineChoice = (typeof ENGINE_CHOICES)[number];

/** In the order of preference. */
const GPU_ENGINES = ['node-gpu', 'webgpu'] as const;

/** @throws modelError when an engine asked for by name cannot be had: it says what to install */
export async function chooseEngine(
  choice: EngineChoice,
  workers: Workers,
  find: FindPackage = findInstalled,
): Promise<Engine> {
  if (choice === 'wasm') return wasmEngine(workers, 'wasm: asked for');
  if (choice !== 'auto') return openAsked(choice, workers, find);
  const passedOver: string[] = [];
  for (const name of GPU_ENGINES) {
    const found = await tryGpu(name, workers, find);
    if (typeof found !== 'string') return found;
    passedOver.push(`${name} ${found}`);
  }
  return wasmEngine(workers, `wasm: ${passedOver.join('; ')}`);
}

async function openAsked(name: DeviceEngineName, { threads }: Workers, find: FindPackage): Promise<Engine> {
  const engine = await openDeviceEngine(name, find, `${name}: asked for`, threads);
  if (name !== 'node-gpu' || engine.device.kind === 'gpu') return engine;
  await engine.dispose();
  throw modelError(
    'engine-without-gpu',
    `The engine node-gpu was asked for, but @tensorflow/tfjs-node-gpu found no GPU.`,
    'Check the driver, CUDA and cuDNN, or choose --engine wasm.',
  );
}

/** @returns why not, where it cannot be had or has no GPU */
async function tryGpu(
  name: DeviceEngineName,
  { threads }: Workers,
  find: FindPackage,
): Promise<Engine | string> {
  if (missingPackages(name, find).length > 0) return `is not installed (${installCommand(name)})`;
  try {
    const reason = `${name}: it is installed and found a GPU`;
    const engine = await openDeviceEngine(name, find, reason, threads);
    if (engine.device.kind === 'gpu') return engine;
    await engine.dispose();
    return 'found no GPU';
  } catch (thrown) {
    if (!(thrown instanceof LungflowError)) throw thrown;
    return `did not load (${thrown.what})`;
  }
}
