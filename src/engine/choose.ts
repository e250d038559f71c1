/** Which engine runs, and why: asked for by name, or the best that is installed. Never a silent fallback. */
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { LungflowError, modelError } from '../core/errors.js';
import type { Workers } from '../core/stage.js';
import { ENGINE_NAMES, type Engine, type EngineName } from './engine.js';
import { nativeEngine } from './native-engine.js';
import { wasmEngine } from './wasm-engine.js';

export const ENGINE_CHOICES = ['auto', ...ENGINE_NAMES] as const;
export type EngineChoice = (typeof ENGINE_CHOICES)[number];

/** URL of an installed package's main module, undefined when it is not installed. */
export type FindPackage = (name: string) => string | undefined;

const PACKAGES = { 'node-gpu': '@tensorflow/tfjs-node-gpu', node: '@tensorflow/tfjs-node' };

/** @throws modelError when an engine asked for by name cannot be had: it says what to install */
export async function chooseEngine(
  choice: EngineChoice,
  workers: Workers,
  find: FindPackage = findInstalled,
): Promise<Engine> {
  if (choice === 'wasm') return wasmEngine(workers, 'wasm: asked for');
  if (choice !== 'auto') return openAsked(choice, find);

  const name = PACKAGES['node-gpu'];
  const fallback = (why: string) => wasmEngine(workers, `wasm: ${why}`);
  if (find(name) === undefined) {
    return fallback(`${name} is not installed; to use a GPU: npm install ${name}`);
  }
  try {
    const engine = await openNative('node-gpu', find, `node-gpu: ${name} is installed and found a GPU`);
    if (engine.device === 'gpu') return engine;
    await engine.dispose();
    return fallback(`${name} is installed but found no GPU; check the driver, CUDA and cuDNN`);
  } catch (thrown) {
    return fallback(`${name} is installed but did not load (${reasonOf(thrown)})`);
  }
}

async function openAsked(name: Exclude<EngineName, 'wasm'>, find: FindPackage): Promise<Engine> {
  const engine = await openNative(name, find, `${name}: asked for`);
  if (name !== 'node-gpu' || engine.device === 'gpu') return engine;
  await engine.dispose();
  throw modelError(
    'engine-without-gpu',
    `The engine node-gpu was asked for, but ${PACKAGES[name]} found no GPU.`,
    'Check the driver, CUDA and cuDNN, or choose --engine wasm.',
  );
}

async function openNative(
  name: Exclude<EngineName, 'wasm'>,
  find: FindPackage,
  reason: string,
): Promise<Engine> {
  const url = find(PACKAGES[name]);
  if (url === undefined) {
    throw modelError(
      'engine-not-installed',
      `The engine ${name} was asked for, but ${PACKAGES[name]} is not installed.`,
      `Install it with \`npm install ${PACKAGES[name]}\`, or choose --engine wasm.`,
    );
  }
  try {
    return await nativeEngine({ name, url }, reason);
  } catch (thrown) {
    throw modelError(
      'engine-broken',
      `The engine ${name} is installed but did not load: ${reasonOf(thrown)}.`,
      `Install it again with \`npm install ${PACKAGES[name]}\`, or choose --engine wasm.`,
      thrown,
    );
  }
}

const reasonOf = (thrown: unknown) =>
  (thrown instanceof LungflowError ? thrown.what : String(thrown))
    .replace(/^Unexpected failure: /, '')
    .replace(/\.$/, '');

/** Looks where lungflow is installed, then in the working directory. */
function findInstalled(name: string): string | undefined {
  for (const from of [import.meta.url, pathToFileURL(`${process.cwd()}/`).href]) {
    try {
      return pathToFileURL(createRequire(from).resolve(name)).href;
    } catch {
      continue;
    }
  }
  return undefined;
}
