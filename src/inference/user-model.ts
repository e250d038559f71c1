/** A user's own patch encoder, from an .onnx file: one engine alone runs it. */
import { modelError } from '../core/errors.js';
import type { StageEnv } from '../core/stage.js';
import { readOnnxModel } from '../networks/onnx-file.js';
import { announceEngine } from './announce.js';
import { orDispose, type ChosenEngine, type LoadedModel } from '../engine/engine.js';
import { MODEL_ENGINE, type EngineChoice } from '../engine/engines.js';
import { installCommand, missingPackages, openEngine } from '../engine/open-engine.js';
import { findInstalled } from '../engine/packages.js';

/** @throws modelError when the file or the engine cannot be had, or the model's shapes are not those of patches and features */
export async function openUserModel(
  path: string,
  choice: EngineChoice,
  env: StageEnv,
): Promise<{ readonly engine: ChosenEngine; readonly network: LoadedModel }> {
  if (choice !== 'auto' && choice !== MODEL_ENGINE.name) {
    throw modelError(
      'engine-without-onnx',
      `The engine ${choice} was asked for, but only the engine ${MODEL_ENGINE.name} runs ${path}.`,
      `Leave \`engine\` out, or choose ${MODEL_ENGINE.name} for this stage.`,
    );
  }
  if (missingPackages(MODEL_ENGINE, findInstalled).length > 0) {
    throw modelError(
      'engine-not-installed',
      `The model ${path} needs the engine ${MODEL_ENGINE.name}, which is not installed.`,
      `Install it with \`${installCommand(MODEL_ENGINE)}\`.`,
    );
  }
  const model = await readOnnxModel(env.resolvePath(path), path);
  const reason = choice === MODEL_ENGINE.name ? 'asked for' : 'it alone runs a model of your own';
  const engine = await openEngine(MODEL_ENGINE, env.workers, findInstalled, reason);
  return orDispose(engine, async () => {
    const network = await engine.loadModel!(model, (message) => env.notice(message));
    const { features, device } = network;
    announceEngine(engine, env, '');
    if (device !== engine.device.name) env.notice(`The model runs on ${device}.`);
    env.record('engine_device', device);
    env.record('weights', 'ONNX model, from a file');
    env.record('weights_sha256', model.sha256);
    env.record('features', String(features));
    return { engine, network };
  });
}
