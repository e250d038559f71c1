/** What a stage needs to run a network: an engine and checked weights, both announced to the user and recorded. */
import { z } from 'zod';
import { modelError, pipelineFileError } from '../core/errors.js';
import { pathOption } from '../core/path-option.js';
import type { StageEnv } from '../core/stage.js';
import type { Architecture } from '../networks/architecture.js';
import { AUTO_RULE, chooseEngine, ENGINE_CHOICES, type EngineChoice } from './choose.js';
import { installCommand, missingPackages } from './device-engines.js';
import type { Engine, Graph, LoadedNetwork, PatchSlice } from './engine.js';
import { readOnnxModel } from './onnx/model-file.js';
import { findInstalled } from './packages.js';
import { graphNetwork } from '../networks/graph-network.js';
import { FEATURES, patchEncoder } from '../networks/patch-encoder.js';
import { loadWeights, weightsConfig, type Weights, type WeightsConfig } from '../networks/weights.js';

export const networkConfig = {
  weights: weightsConfig.describe('a .safetensors or .pth.tar file, or {seed: 0} for an untrained network'),
  engine: z.enum(ENGINE_CHOICES).default('auto').describe(`where the network runs; ${AUTO_RULE}`),
};

/** With `weights` for the patch encoder, or with `model`. */
export const encoderConfig = {
  ...networkConfig,
  weights: networkConfig.weights.optional(),
  model: pathOption().optional().describe('instead of weights: an encoder of your own, an .onnx file'),
};

interface NetworkConfig {
  readonly weights: WeightsConfig;
  readonly engine: EngineChoice;
}

export type EncoderConfig = z.output<z.ZodObject<typeof encoderConfig>>;

/** A check of zod's: exactly one of `weights` and `model`. */
export function weightsOrModel({ value, issues }: z.core.ParsePayload<EncoderConfig>): void {
  const { weights, model } = value;
  const issue = (path: string, message: string) =>
    issues.push({ code: 'custom', input: value, path: [path], message });
  if (weights === undefined && model === undefined) issue('weights', '`weights`, or `model: encoder.onnx`');
  if (weights !== undefined && model !== undefined) issue('model', '`weights` or `model`, not both');
}

export interface OpenNetwork<Item> {
  readonly engine: Engine;
  readonly network: LoadedNetwork<Item>;
}

export interface OpenEncoder extends OpenNetwork<PatchSlice> {
  /** Numbers that a patch gives. */
  readonly features: number;
}

/**
 * The patch encoder, or a user's own, on an engine.
 * @throws modelError when the weights, the model or an engine asked for by name cannot be had
 */
export async function openEncoder(
  { weights, model, engine }: EncoderConfig,
  env: StageEnv,
): Promise<OpenEncoder> {
  if (model !== undefined) return openModel(model, engine, env);
  const config = { weights: weights!, engine };
  const load = (on: Engine, numbers: Weights) => on.loadEncoder(numbers);
  return { ...(await openNetwork(config, patchEncoder, env, '', load)), features: FEATURES };
}

/** The graph network, likewise. @throws pipelineFileError when the patches have features of another number than it takes */
export function openGraphNetwork(config: NetworkConfig, env: StageEnv): Promise<OpenNetwork<Graph>> {
  const features = env.provenance.get('features') ?? String(FEATURES);
  if (features !== String(FEATURES)) {
    throw pipelineFileError(
      'features-number',
      `The encoder’s model gives ${features} features a patch; the graph network takes ${FEATURES}.`,
      `Take \`aggregate\` out of the pipeline and write \`nodes\` alone, or use a model that gives ${FEATURES}.`,
    );
  }
  return openNetwork(config, graphNetwork, env, 'graph_', (on, weights) => on.loadGraphNetwork(weights));
}

/** Prefix of the recorded keys `engine`, `engine_device`, `weights`, `weights_sha256`. */
type Prefix = '' | 'graph_';

async function openNetwork<Item>(
  config: NetworkConfig,
  architecture: Architecture,
  env: StageEnv,
  prefix: Prefix,
  load: (engine: Engine, weights: Weights) => Promise<LoadedNetwork<Item>>,
): Promise<OpenNetwork<Item>> {
  const weights = await loadWeights(config.weights, architecture, (path) => env.resolvePath(path));
  const engine = await chooseEngine(config.engine, env.workers);
  return orDispose(engine, async () => {
    const network = await load(engine, weights);
    announceEngine(engine, env, prefix);
    announceWeights(weights, architecture, env, prefix);
    return { engine, network };
  });
}

async function openModel(path: string, choice: EngineChoice, env: StageEnv): Promise<OpenEncoder> {
  if (choice !== 'auto' && choice !== 'onnx') {
    throw modelError(
      'engine-without-onnx',
      `The engine ${choice} was asked for, but only the engine onnx runs ${path}.`,
      'Leave `engine` out, or choose onnx for this stage.',
    );
  }
  if (missingPackages('onnx', findInstalled).length > 0) {
    throw modelError(
      'engine-not-installed',
      `The model ${path} needs the engine onnx, which is not installed.`,
      `Install it with \`${installCommand('onnx')}\`.`,
    );
  }
  const model = await readOnnxModel(env.resolvePath(path), path);
  const engine = await chooseEngine('onnx', env.workers);
  return orDispose(engine, async () => {
    const network = await engine.loadModel!(model);
    const { features, device } = network;
    announceEngine(engine, env, '', device);
    env.record('weights', 'ONNX model, from a file');
    env.record('weights_sha256', model.sha256);
    env.record('features', String(features));
    return { engine, network, features };
  });
}

async function orDispose<T>(engine: Engine, use: () => Promise<T>): Promise<T> {
  try {
    return await use();
  } catch (thrown) {
    await engine.dispose();
    throw thrown;
  }
}

/** @param ranOn where the network runs, if not wholly on the engine's device */
function announceEngine(
  { name, device, reason }: Engine,
  env: StageEnv,
  prefix: Prefix,
  ranOn?: string,
): void {
  if (env.provenance.get('engine') !== name) env.notice(`Engine ${name} (${device.name}): ${reason}.`);
  if (ranOn !== undefined && ranOn !== device.name) env.notice(`The model runs on ${ranOn}.`);
  env.record(`${prefix}engine`, name);
  env.record(`${prefix}engine_device`, ranOn ?? device.name);
}

function announceWeights(
  { seed, sha256 }: Weights,
  { title }: Architecture,
  env: StageEnv,
  prefix: Prefix,
): void {
  if (seed !== undefined) {
    env.notice(
      `The ${title} is untrained (weights from seed ${seed}): its numbers have no clinical meaning.`,
    );
  }
  env.record(`${prefix}weights`, seed === undefined ? 'trained, from a file' : `untrained, seed ${seed}`);
  env.record(`${prefix}weights_sha256`, sha256);
}
