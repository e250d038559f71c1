/** A user's own patch encoder, from an .onnx file: the engine onnx alone runs it. */
import { modelError } from '../core/errors.js';
import type { StageEnv } from '../core/stage.js';
import { readOnnxModel } from '../networks/onnx-file.js';
import { announceEngine } from './announce.js';
import type { EngineChoice } from './choose.js';
import { installCommand, missingPackages, openDeviceEngine } from './device-engines.js';
import { orDispose, type Engine, type LoadedModel } from './engine.js';
import { findInstalled } from './packages.js';

/** @throws modelError when the file or the engine cannot be had, or the model's shapes are not those of patches and features */
export async function openUserModel(
  path: string,
  choice: EngineChoice,
  env: StageEnv,
): Promise<{ readonly engine: Engine; readonly network: LoadedModel }> {
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
  const reason = choice === 'onnx' ? 'asked for' : 'it alone runs a model of your own';
  const engine = await openDeviceEngine('onnx', findInstalled, reason, env.workers.threads);
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
