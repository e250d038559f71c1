/** What a stage needs to run a network: an engine and checked weights, both announced to the user and recorded. */
import { pipelineFileError } from '../core/errors.js';
import type { StageEnv } from '../core/stage.js';
import type { Architecture } from '../networks/architecture.js';
import { graphNetwork } from '../networks/graph-network.js';
import { FEATURES, patchEncoder } from '../networks/patch-encoder.js';
import { loadWeights, type Weights } from '../networks/weights.js';
import { announceEngine, announceWeights, type Prefix } from './announce.js';
import { chooseEngine } from '../engine/choose.js';
import {
  orDispose,
  type ChosenEngine,
  type Graph,
  type LoadedNetwork,
  type PatchSlice,
} from '../engine/engine.js';
import type { EncoderConfig, NetworkConfig } from './network-config.js';
import { openUserModel } from './user-model.js';

export interface OpenNetwork<Item> {
  readonly engine: ChosenEngine;
  readonly network: LoadedNetwork<Item>;
}

export interface OpenEncoder extends OpenNetwork<PatchSlice> {
  /** Numbers that a patch gives. */
  readonly features: number;
}

/**
 * The patch encoder, or a user's own, on an engine; its batch is measured unless the user sets one.
 * @throws modelError when the weights, the model or an engine asked for by name cannot be had
 */
export async function openEncoder(
  { weights, model, engine, batch }: EncoderConfig,
  env: StageEnv,
): Promise<OpenEncoder> {
  if (model !== undefined) {
    const open = await openUserModel(model, engine, env);
    return { ...open, features: open.network.features };
  }
  const config = { weights: weights!, engine };
  const open = await openNetwork(config, patchEncoder, env, '', async (on, numbers) => {
    const network = await on.loadEncoder(numbers, (message) => env.notice(message));
    if (batch !== undefined || !network.measureBatch) return { network };
    await network.measureBatch();
    return {
      network,
      settled: network.batch === 1 ? 'one patch a batch' : `${network.batch} patches a batch`,
    };
  });
  return { ...open, features: FEATURES };
}

/**
 * The graph network, likewise; its batches take milliseconds, which is not worth measuring.
 * @param features that each patch has, where that is known already
 * @throws pipelineFileError when they are of another number than it takes
 */
export function openGraphNetwork(
  config: NetworkConfig,
  env: StageEnv,
  features = FEATURES,
): Promise<OpenNetwork<Graph>> {
  if (features !== FEATURES) {
    throw pipelineFileError(
      'features-number',
      `The encoder’s model gives ${features} features a patch; the graph network takes ${FEATURES}.`,
      `Take \`aggregate\` out of the pipeline and write \`nodes\` alone, or use a model that gives ${FEATURES}.`,
    );
  }
  return openNetwork(config, graphNetwork, env, 'graph_', async (on, weights) => ({
    network: await on.loadGraphNetwork(weights, (message) => env.notice(message)),
  }));
}

interface Loaded<Item> {
  readonly network: LoadedNetwork<Item>;
  readonly settled?: string;
}

async function openNetwork<Item>(
  config: NetworkConfig,
  architecture: Architecture,
  env: StageEnv,
  prefix: Prefix,
  load: (engine: ChosenEngine, weights: Weights) => Promise<Loaded<Item>>,
): Promise<OpenNetwork<Item>> {
  const weights = await loadWeights(config.weights, architecture, (path) => env.resolvePath(path));
  const engine = await chooseEngine(config.engine, env.workers);
  return orDispose(engine, async () => {
    const { network, settled } = await load(engine, weights);
    announceEngine(engine, env, prefix, settled);
    announceWeights(weights, architecture, env, prefix);
    return { engine, network };
  });
}
