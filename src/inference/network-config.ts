/** How a pipeline file says what a network stage runs, and where. */
import { z } from 'zod';
import { hashedPathOption } from '../core/path-option.js';
import { weightsConfig, type WeightsConfig } from '../networks/weights.js';
import { AUTO_RULE, ENGINE_CHOICES, type EngineChoice } from '../engine/engines.js';

export const networkConfig = {
  weights: weightsConfig.describe('a .safetensors or .pth.tar file, or {seed: 0} for an untrained network'),
  engine: z.enum(ENGINE_CHOICES).default('auto').describe(`where the network runs; ${AUTO_RULE}`),
};

export interface NetworkConfig {
  readonly weights: WeightsConfig;
  readonly engine: EngineChoice;
}

/** With `weights` for the patch encoder, or with `model`. */
export const encoderConfig = {
  ...networkConfig,
  weights: networkConfig.weights.optional(),
  model: hashedPathOption().optional().describe('instead of weights: an encoder of your own, an .onnx file'),
  batch: z.int().min(1).max(4096).optional().describe('patches in a batch; by default what suits the engine'),
};

export type EncoderConfig = z.output<z.ZodObject<typeof encoderConfig>>;

/** A check of zod's: exactly one of `weights` and `model`. */
export function weightsOrModel({ value, issues }: z.core.ParsePayload<EncoderConfig>): void {
  const { weights, model } = value;
  const issue = (path: string, message: string) =>
    issues.push({ code: 'custom', input: value, path: [path], message });
  if (weights === undefined && model === undefined) issue('weights', '`weights`, or `model: encoder.onnx`');
  if (weights !== undefined && model !== undefined) issue('model', '`weights` or `model`, not both');
}
