/** Both networks, and users' encoders, on ONNX Runtime: onnxruntime-node, imported only when the user has installed it. */
import type { Backend, OnnxSource } from '../device/backend.js';
import { FEATURES } from '../../networks/patch-encoder.js';
import { encoderModel } from './encoder.js';
import { openGraphNetwork } from './graph-network.js';
import { patchNetwork } from './patch-passes.js';
import { startProvider } from './provider.js';
import { importOnnxRuntime } from './runtime.js';
import { createSessions } from './sessions.js';
import { openUserEncoder } from './user-encoder.js';

/** A GPU wants many; the CPU's threads divide the work of one, and its caches hold it. */
const PATCHES_A_PASS = { gpu: 32, cpu: 1 };

export async function openOnnx({ url, threads, gpuPatchesAPass }: OnnxSource): Promise<Backend> {
  const ort = await importOnnxRuntime(url);
  const provider = await startProvider(ort, threads);
  const { device } = provider;
  const patchesAPass = (device.kind === 'gpu' && gpuPatchesAPass) || PATCHES_A_PASS[device.kind];
  const sessions = createSessions(ort);
  return {
    device,
    async buildEncoder({ parameters }) {
      const session = await sessions.open(encoderModel(parameters), provider.options('device'));
      return patchNetwork(sessions, session, { patchesAPass, features: FEATURES });
    },
    buildModel: (model) => openUserEncoder(sessions, model, { provider, threads, patchesAPass }),
    buildGraphNetwork: ({ parameters }) => openGraphNetwork(sessions, provider.options('device'), parameters),
    memory: () => sessions.memory(),
    dispose: () => Promise.resolve(),
  };
}
