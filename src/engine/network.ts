/** What a stage needs to run a network: an engine and checked weights, both announced to the user and recorded. */
import { z } from 'zod';
import type { StageEnv } from '../core/stage.js';
import type { Architecture } from '../networks/architecture.js';
import { AUTO_RULE, chooseEngine, ENGINE_CHOICES, type EngineChoice } from './choose.js';
import type { Engine, Graph, LoadedNetwork, PatchSlice } from './engine.js';
import { graphNetwork } from '../networks/graph-network.js';
import { patchEncoder } from '../networks/patch-encoder.js';
import { loadWeights, weightsConfig, type Weights, type WeightsConfig } from '../networks/weights.js';

export const networkConfig = {
  weights: weightsConfig.describe('a .safetensors or .pth.tar file, or {seed: 0} for an untrained network'),
  engine: z.enum(ENGINE_CHOICES).default('auto').describe(`where the network runs; ${AUTO_RULE}`),
};

interface NetworkConfig {
  readonly weights: WeightsConfig;
  readonly engine: EngineChoice;
}

export interface OpenNetwork<Item> {
  readonly engine: Engine;
  readonly network: LoadedNetwork<Item>;
}

/** A network on its engine, and what is to be added to the engine's reason. */
interface Loaded<Item> {
  readonly network: LoadedNetwork<Item>;
  readonly found?: string;
}

/**
 * The patch encoder on an engine, its batch measured unless the user sets one.
 * @throws modelError when the weights or an engine asked for by name cannot be had
 */
export const openEncoder = (
  config: NetworkConfig & { readonly batch?: number | undefined },
  env: StageEnv,
): Promise<OpenNetwork<PatchSlice>> =>
  openNetwork(config, patchEncoder, env, '', async (engine, weights) => {
    const network = await engine.loadEncoder(weights, (message) => env.notice(message));
    if (config.batch !== undefined || !network.measureBatch) return { network };
    await network.measureBatch();
    return { network, found: `${network.batch} patches a batch` };
  });

/** The graph network, likewise; its batches take milliseconds, which is not worth measuring. */
export const openGraphNetwork = (config: NetworkConfig, env: StageEnv): Promise<OpenNetwork<Graph>> =>
  openNetwork(config, graphNetwork, env, 'graph_', async (engine, weights) => ({
    network: await engine.loadGraphNetwork(weights, (message) => env.notice(message)),
  }));

/** @param recordAs prefix of the recorded keys `engine`, `engine_device`, `weights`, `weights_sha256` */
async function openNetwork<Item>(
  config: NetworkConfig,
  architecture: Architecture,
  env: StageEnv,
  recordAs: '' | 'graph_',
  load: (engine: Engine, weights: Weights) => Promise<Loaded<Item>>,
): Promise<OpenNetwork<Item>> {
  const weights = await loadWeights(config.weights, architecture, (path) => env.resolvePath(path));
  const engine = await chooseEngine(config.engine, env.workers);
  try {
    const { network, found } = await load(engine, weights);
    announce(engine, found, weights, architecture, env, recordAs);
    return { engine, network };
  } catch (thrown) {
    await engine.dispose();
    throw thrown;
  }
}

function announce(
  engine: Engine,
  found: string | undefined,
  weights: Weights,
  { title }: Architecture,
  env: StageEnv,
  recordAs: '' | 'graph_',
): void {
  const { name, device, reason } = engine;
  const why = found === undefined ? reason : `${reason}; ${found}`;
  if (env.provenance.get('engine') !== name) env.notice(`Engine ${name} (${device.name}): ${why}.`);
  env.record(`${recordAs}engine`, name);
  env.record(`${recordAs}engine_device`, device.name);
  if (weights.seed !== undefined) {
    env.notice(
      `The ${title} is untrained (weights from seed ${weights.seed}): its numbers have no clinical meaning.`,
    );
  }
  env.record(
    `${recordAs}weights`,
    weights.seed === undefined ? 'trained, from a file' : `untrained, seed ${weights.seed}`,
  );
  env.record(`${recordAs}weights_sha256`, weights.sha256);
}
