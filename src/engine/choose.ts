/** Which engine runs, and why: asked for by name, or by the rule of `auto`. Never a silent fallback: the reason says what was passed over. */
import { LungflowError } from '../core/errors.js';
import type { Workers } from '../core/stage.js';
import { openDeviceEngine, type DeviceEngineName } from './device-engines.js';
import { ENGINE_NAMES, type Engine } from './engine.js';
import { findInstalled, type FindPackage } from './packages.js';
import { wasmEngine } from './wasm/engine.js';
import { withoutGpu } from './without-gpu.js';

export const ENGINE_CHOICES = ['auto', ...ENGINE_NAMES] as const;
export type EngineChoice = (typeof ENGINE_CHOICES)[number];

/** In the order of preference. On a CPU nothing is faster than wasm. */
const GPU_ENGINES = ['node-gpu', 'webgpu'] as const;

export const AUTO_RULE = `auto takes the first of ${GPU_ENGINES.join(' and ')} that finds a GPU, else wasm`;

/** @throws modelError when an engine asked for by name cannot be had: it says what to install */
export async function chooseEngine(
  choice: EngineChoice,
  workers: Workers,
  find: FindPackage = findInstalled,
): Promise<Engine> {
  if (choice === 'wasm') return wasmEngine(workers, 'asked for');
  if (choice !== 'auto') return openAsked(choice, workers, find);
  const passedOver: string[] = [];
  for (const name of GPU_ENGINES) {
    const found = await tryGpu(name, workers, find, ['it found a GPU', ...passedOver].join('; '));
    if (typeof found !== 'string') return found;
    passedOver.push(`${name} ${found}`);
  }
  return wasmEngine(workers, passedOver.join('; '));
}

async function openAsked(name: DeviceEngineName, { threads }: Workers, find: FindPackage): Promise<Engine> {
  const engine = await openDeviceEngine(name, find, 'asked for', threads);
  if (engine.device.kind === 'gpu') return engine;
  if (name === 'webgpu') return { ...engine, reason: 'asked for, though its device is slow software' };
  if (name !== 'node-gpu') return engine;
  await engine.dispose();
  throw withoutGpu(name, 'TensorFlow sees none');
}

/** @returns why not, where it cannot be had or has no GPU */
async function tryGpu(
  name: DeviceEngineName,
  { threads }: Workers,
  find: FindPackage,
  reason: string,
): Promise<Engine | string> {
  try {
    const engine = await openDeviceEngine(name, find, reason, threads);
    if (engine.device.kind === 'gpu') return engine;
    await engine.dispose();
    return `found no GPU, only ${engine.device.name}`;
  } catch (thrown) {
    if (!(thrown instanceof LungflowError)) throw thrown;
    return thrown.what.replace(`The engine ${name} `, '').replace(/\.$/, '');
  }
}
