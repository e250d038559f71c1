/** A network's parameters: read from a file and checked, or untrained from a seed. */
import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { z } from 'zod';
import { pathOption } from '../core/path-option.js';
import { modelError } from '../core/errors.js';
import type { Architecture, Parameters } from './architecture.js';
import { selectParameters } from './parameters.js';
import { parseSafetensors } from './safetensors.js';
import { untrainedParameters } from './untrained.js';

/** Cloneable between threads; the numbers are shared. */
export interface Weights {
  /** Of the file, or of the untrained numbers. Threads cache models by it. */
  readonly sha256: string;
  /** Seed of untrained weights. */
  readonly seed: number | undefined;
  readonly parameters: Parameters;
}

/** A `.safetensors` file, or `{seed: 0}` for untrained weights. */
export const weightsConfig = z.union([
  pathOption(),
  z.strictObject({ seed: z.int().min(0).max(0xffffffff) }),
]);
export type WeightsConfig = z.output<typeof weightsConfig>;

const MAX_FILE_BYTES = 2 ** 31 - 1; // what Node reads in one go

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
  const bytes = await readWeightsFile(resolvePath(config), config);
  const parameters = selectParameters(parseSafetensors(bytes, config), architecture, config);
  return { sha256: createHash('sha256').update(bytes).digest('hex'), seed: undefined, parameters };
}

async function readWeightsFile(path: string, written: string): Promise<Buffer> {
  try {
    const { size } = await stat(path);
    if (size <= MAX_FILE_BYTES) return await readFile(path);
  } catch (thrown) {
    const { code } = thrown as NodeJS.ErrnoException;
    throw modelError(
      'weights-unreadable',
      `The weights file ${written} cannot be read (${code ?? String(thrown)}).`,
      'Name a readable .safetensors file (a relative path starts at the pipeline file), or write `weights: {seed: 0}` to run untrained.',
      thrown,
    );
  }
  throw modelError(
    'weights-too-large',
    `The weights file ${written} is larger than 2 GiB.`,
    "Store the network's parameters alone, without optimizer state and queues.",
  );
}

function hashOf(parameters: Parameters): string {
  const hash = createHash('sha256');
  for (const [name, { data }] of Object.entries(parameters)) {
    hash.update(name).update(Uint8Array.from(new Uint8Array(data.buffer))); // hashing takes no shared memory
  }
  return hash.digest('hex');
}
