/** ONNX Runtime's execution providers: the first of CUDA, WebGPU and CPU that really starts. */
import { encodeOnnxModel } from '../../formats/onnx-model.js';
import type { Device } from '../engine.js';
import { onnxReason, type OnnxRuntime, type SessionOptions } from './runtime.js';

export interface Provider {
  readonly device: Device;
  /** Whether all of a model must run on the device, or what it has no kernels for may run on the CPU. */
  options(where: 'device' | 'device-or-cpu'): SessionOptions;
}

const GPUS = [
  { provider: 'cuda', name: 'CUDA' },
  { provider: 'webgpu', name: 'WebGPU' },
] as const;

/** The device says why no faster one. @throws what the CPU's provider throws where even that does not start */
export async function startProvider(ort: OnnxRuntime, threads: number): Promise<Provider> {
  const bundled = new Set(ort.listSupportedBackends().map(({ name }) => name));
  const passedOver: string[] = [];
  for (const { provider, name } of GPUS) {
    const why = bundled.has(provider)
      ? await refusal(ort, sessionOptions(provider, threads, 'device'))
      : 'not in this package';
    if (why === undefined) return onDevice(provider, { kind: 'gpu', name }, threads, passedOver);
    passedOver.push(`${name}: ${why}`);
  }
  const cpu = cpuProvider(threads, passedOver);
  await probe(ort, cpu.options('device'));
  return cpu;
}

export const cpuProvider = (threads: number, passedOver: readonly string[]): Provider =>
  onDevice('cpu', { kind: 'cpu', name: 'CPU' }, threads, passedOver);

const onDevice = (
  provider: string,
  device: Device,
  threads: number,
  passedOver: readonly string[],
): Provider => ({
  device: passedOver.length > 0 ? { ...device, passedOver: passedOver.join('; ') } : device,
  options: (where) => sessionOptions(provider, threads, where),
});

function sessionOptions(
  provider: string,
  threads: number,
  where: 'device' | 'device-or-cpu',
): SessionOptions {
  const strict = provider !== 'cpu' && where === 'device';
  return {
    executionProviders: [provider],
    intraOpNumThreads: threads,
    logSeverityLevel: 4,
    extra: { session: strict ? { ...QUIET_THREADS, disable_cpu_ep_fallback: '1' } : QUIET_THREADS },
  };
}

/** The cores are shared with the stages before: threads that spin for work would take them. */
const QUIET_THREADS = { 'intra_op.allow_spinning': '0' };

async function refusal(ort: OnnxRuntime, options: SessionOptions): Promise<string | undefined> {
  try {
    await probe(ort, options);
    return undefined;
  } catch (thrown) {
    return onnxReason(thrown);
  }
}

/** Runs the least model with what the patch encoder stands on. */
async function probe(ort: OnnxRuntime, options: SessionOptions): Promise<void> {
  const shape = [1, 1, 3, 3, 3];
  const model = encodeOnnxModel({
    inputs: [{ name: 'x', type: 'float32', shape }],
    outputs: [{ name: 'y', type: 'float32', shape: [1, 1, 1, 1, 1] }],
    constants: [{ name: 'filter', shape, data: new Float32Array(27).fill(1) }],
    nodes: [
      { operator: 'Conv', inputs: ['x', 'filter'], output: 'y', attributes: { kernel_shape: [3, 3, 3] } },
    ],
  });
  const session = await ort.InferenceSession.create(model, options);
  const { y } = await session.run({ x: new ort.Tensor('float32', new Float32Array(27).fill(2), shape) });
  await session.release();
  if (y.data[0] !== 54) throw new Error(`its convolution gives ${y.data[0]} where 54 is right`);
}
