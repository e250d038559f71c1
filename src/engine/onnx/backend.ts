/** Both networks, and users' encoders, on ONNX Runtime: onnxruntime-node, imported only when the user has installed it. */
import { FEATURES } from '../../networks/patch-encoder.js';
import type { Backend } from '../device/backend.js';
import { countSessions } from './count-sessions.js';
import { encoderModel } from './encoder.js';
import { buildOnnxGraphNetwork } from './graph-network.js';
import { patchNetwork, type Passes } from './patch-passes.js';
import { cpuProvider, startProvider } from './provider.js';
import { importOnnxRuntime } from './runtime.js';
import type { OnnxSource } from './source.js';
import { openUserEncoder } from './user-encoder.js';

const GPU_PATCHES = 32;
const PATCHES_A_THREAD = 8;

export async function openBackend(source: OnnxSource): Promise<Backend> {
  const ort = await importOnnxRuntime(source.url);
  const { counted, memory, closeAll } = countSessions();
  const cpu = cpuProvider(ort, source);
  const provider = counted(await startProvider(ort, source, cpu));
  const { device } = provider;
  const onCpu: Passes = { patches: 1, atOnce: PATCHES_A_THREAD * source.threads };
  const passes =
    device.kind === 'cpu' ? onCpu : { patches: source.gpu?.patchesAPass ?? GPU_PATCHES, atOnce: 1 };
  return {
    device,
    async buildEncoder({ parameters }) {
      return patchNetwork(await provider.open(encoderModel(parameters), true), passes, FEATURES);
    },
    buildModel: (model) =>
      openUserEncoder(model, { provider, passes }, { provider: counted(cpu), passes: onCpu }),
    buildGraphNetwork: ({ parameters }) => buildOnnxGraphNetwork(provider, parameters),
    memory,
    dispose: closeAll,
  };
}
