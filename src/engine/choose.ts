/** Which engine runs, and why: asked for by name, or by the rule of `auto`. Never a silent fallback: the reason says what was passed over. */
import { LungflowError } from '../core/errors.js';
import type { Workers } from '../core/stage.js';
import type { ChosenEngine } from './engine.js';
import { engineNamed, GPU_ENGINES, type EngineChoice, type GpuEngine, type KnownEngine } from './engines.js';
import { FALLBACK } from './fallback.js';
import { openEngine } from './open-engine.js';
import { findInstalled, type FindPackage } from './packages.js';
import { withoutGpu } from './without-gpu.js';

/** @throws modelError when an engine asked for by name cannot be had: it says what to install */
export async function chooseEngine(
  choice: EngineChoice,
  workers: Workers,
  find: FindPackage = findInstalled,
): Promise<ChosenEngine> {
  if (choice !== 'auto') return openAsked(engineNamed(choice), workers, find);
  const passedOver: string[] = [];
  for (const candidate of GPU_ENGINES) {
    const found = await tryGpu(candidate, workers, find, ['it found a GPU', ...passedOver].join('; '));
    if (typeof found !== 'string') return found;
    passedOver.push(`${candidate.name} ${found}`);
  }
  return openEngine(FALLBACK, workers, find, passedOver.join('; '));
}

async function openAsked(
  descriptor: KnownEngine,
  workers: Workers,
  find: FindPackage,
): Promise<ChosenEngine> {
  const { name, gpu } = descriptor;
  const engine = await openEngine(descriptor, workers, find, 'asked for');
  if (!gpu || engine.device.kind === 'gpu') return engine;
  if ('said' in gpu.onCpu) return { ...engine, reason: `asked for, though ${gpu.onCpu.said}` };
  await engine.dispose();
  throw withoutGpu({ name, gpu }, gpu.onCpu.refused);
}

/** @returns why not, where it cannot be had or has no GPU */
async function tryGpu(
  candidate: GpuEngine,
  workers: Workers,
  find: FindPackage,
  reason: string,
): Promise<ChosenEngine | string> {
  try {
    const engine = await openEngine(candidate, workers, find, reason);
    if (engine.device.kind === 'gpu') return engine;
    await engine.dispose();
    return `found no GPU, only ${engine.device.name}`;
  } catch (thrown) {
    if (!(thrown instanceof LungflowError)) throw thrown;
    return thrown.what.replace(`The engine ${candidate.name} `, '').replace(/\.$/, '');
  }
}
