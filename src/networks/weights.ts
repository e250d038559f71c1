/** A network's parameters: read from a file and checked, or untrained from a seed. */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { hashedPathOption } from '../core/path-option.js';
import type { Architecture, Parameters } from './architecture.js';
import { selectParameters } from './parameters.js';
import { untrainedParameters } from './untrained.js';
import { withWeightsFile } from './weights-file.js';

/** Cloneable between threads; the numbers are shared. */
export interface Weights {
  /** Of the file, or of the untrained numbers. Threads cache models by it. */
  readonly sha256: string;
  /** Seed of untrained weights. */
  readonly seed: number | undefined;
  readonly parameters: Parameters;
}

/** A `.safetensors` file or a checkpoint of torch.save (told by its bytes), or `{seed: 0}` for untrained weights. */
export const weightsConfig = z.union([
  hashedPathOption(),
  z.strictObject({ seed: z.int().min(0).max(0xffffffff) }),
]);
export type WeightsConfig = z.output<typeof weightsConfig>;

/** @throws modelError when the file is unreadable, damaged, or of another architecture */
export async function loadWeights(
  config: WeightsConfig,
  architecture: Architecture,
  resolvePath: (path: string) => string,
): Promise<Weights> {
  if (typeof config === 'object') {
    const parameters = untrainedParameters(architecture, config.seed);
    return { sha256: hashOf(parameters), seed: config.seed, parameters };
  }
  return withWeightsFile(resolvePath(config), config, async (file) => {
    const parameters = await selectParameters(file, architecture, config);
    return { sha256: await file.sha256(), seed: undefined, parameters };
  });
}

function hashOf(parameters: Parameters): string {
  const hash = createHash('sha256');
  for (const [name, { data }] of Object.entries(parameters)) {
    hash.update(name).update(Uint8Array.from(new Uint8Array(data.buffer))); // hashing takes no shared memory
  }
  return hash.digest('hex');
}
