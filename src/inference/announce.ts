/** Tells the user, and records with the results, where a network runs and what its weights are. */
import type { StageEnv } from '../core/stage.js';
import type { Architecture } from '../networks/architecture.js';
import type { Weights } from '../networks/weights.js';
import type { ChosenEngine } from '../engine/engine.js';

/** Prefix of the recorded keys `engine`, `engine_device`, `weights`, `weights_sha256`. */
export type Prefix = '' | 'graph_';

/** @param settled what was found out while the network was loaded, and depends on no more than the reason does: said, not recorded */
export function announceEngine(
  { name, device, reason }: ChosenEngine,
  env: StageEnv,
  prefix: Prefix,
  settled?: string,
): void {
  const why = settled === undefined ? reason : `${reason}; ${settled}`;
  env.notice(`Engine ${name} (${device.name}): ${why}.`, `engine ${name}`);
  env.record(`${prefix}engine`, name);
  env.record(`${prefix}engine_device`, device.name);
}

export function announceWeights(
  { seed, sha256 }: Weights,
  { title }: Architecture,
  env: StageEnv,
  prefix: Prefix,
): void {
  if (seed !== undefined) {
    const what = `${title} is untrained (weights from seed ${seed}): its numbers have no clinical meaning`;
    env.notice(`The ${what}.`);
    env.flag(`the ${what}`);
  }
  env.record(`${prefix}weights`, seed === undefined ? 'trained, from a file' : `untrained, seed ${seed}`);
  env.record(`${prefix}weights_sha256`, sha256);
}
