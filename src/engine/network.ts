/** What a stage needs to run a network: an engine and checked weights, both announced to the user and recorded. */
import { z } from 'zod';
import type { StageEnv } from '../core/stage.js';
import type { Architecture } from './architecture.js';
import { chooseEngine, ENGINE_CHOICES, type EngineChoice } from './choose.js';
import type { Engine } from './engine.js';
import { loadWeights, weightsConfig, type Weights, type WeightsConfig } from './weights.js';

export const networkConfig = {
  weights: weightsConfig.describe('a .safetensors or .pth.tar file, or {seed: 0} for an untrained network'),
  engine: z
    .enum(ENGINE_CHOICES)
    .default('auto')
    .describe('where the network runs; auto takes a GPU if it can'),
};

interface NetworkConfig {
  readonly weights: WeightsConfig;
  readonly engine: EngineChoice;
}

export interface Network {
  readonly engine: Engine;
  readonly weights: Weights;
}

/**
 * @param recordAs prefix of the recorded keys `engine`, `weights`, `weights_sha256`
 * @throws modelError when the weights or an engine asked for by name cannot be had
 */
export async function openNetwork(
  config: NetworkConfig,
  architecture: Architecture,
  env: StageEnv,
  recordAs: '' | 'graph_',
): Promise<Network> {
  const weights = await loadWeights(config.weights, architecture, (path) => env.resolvePath(path));
  const engine = await chooseEngine(config.engine, env.workers);
  if (env.provenance.get('engine') !== engine.name) env.notice(`Engine ${engine.reason}.`);
  env.record(`${recordAs}engine`, engine.name);
  if (weights.seed !== undefined) {
    env.notice(
      `The ${architecture.title} is untrained (weights from seed ${weights.seed}): its numbers have no clinical meaning.`,
    );
  }
  env.record(
    `${recordAs}weights`,
    weights.seed === undefined ? 'trained, from a file' : `untrained, seed ${weights.seed}`,
  );
  env.record(`${recordAs}weights_sha256`, weights.sha256);
  return { engine, weights };
}
