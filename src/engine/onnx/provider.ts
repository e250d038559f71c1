/** ONNX Runtime's execution providers: the first of CUDA, WebGPU and CPU that really starts, and is no GPU in software. */
import { encodeOnnxModel } from '../../formats/onnx-model.js';
import { sharedBytes, type ModelBytes } from '../../networks/onnx-file.js';
import type { Device } from '../engine.js';
import { missingForVulkan } from '../vulkan.js';
import { onnxReason, type OnnxRuntime, type SessionOptions } from './runtime.js';
import { openSession, type Session } from './session.js';
import type { OnnxSource } from './source.js';
import { onThreads } from './threads.js';

export interface Provider {
  readonly device: Device;
  /**
   * @param strictly all of the model must run on the device; else what it has no kernels for may run on the CPU
   * @throws whatever ONNX Runtime says of a model that it does not take
   */
  open(model: ModelBytes, strictly: boolean): Promise<Session>;
}

const GPUS = [
  { provider: 'cuda', name: 'CUDA', missing: () => undefined },
  { provider: 'webgpu', name: 'WebGPU', missing: missingForVulkan },
] as const;

/**
 * The device says why no faster one.
 * @param cpu what is left where no GPU will do
 * @throws what the CPU's provider throws where even that does not start
 */
export async function startProvider(ort: OnnxRuntime, source: OnnxSource, cpu: Provider): Promise<Provider> {
  const cpuMs = await probe(ort, CPU_OPTIONS);
  const bundled = new Set(ort.listSupportedBackends().map(({ name }) => name));
  const passedOver: string[] = [];
  for (const { provider, name, missing } of GPUS) {
    const why = bundled.has(provider)
      ? (missing() ??
        (await refusal(ort, gpuOptions(provider, true), source.gpu?.inSoftware ? Infinity : cpuMs)))
      : 'not in this package';
    if (why === undefined) {
      return {
        device: { kind: 'gpu', name, ...because(passedOver) },
        open: (model, strictly) => openSession(ort, model, gpuOptions(provider, strictly)),
      };
    }
    passedOver.push(`${name}: ${why}`);
  }
  return { ...cpu, device: { ...cpu.device, ...because(passedOver) } };
}

const because = (passedOver: readonly string[]) =>
  passedOver.length > 0 ? { passedOver: passedOver.join('; ') } : {};

export const cpuProvider = (ort: OnnxRuntime, { url, threads }: OnnxSource): Provider => ({
  device: { kind: 'cpu', name: 'CPU' },
  async open(model) {
    const first = await openSession(ort, model, CPU_OPTIONS);
    return onThreads(first, { url, model, options: CPU_OPTIONS }, threads);
  },
});

const gpuOptions = (provider: string, strictly: boolean) =>
  sessionOptions(provider, strictly ? { disable_cpu_ep_fallback: '1' } : {});

const sessionOptions = (provider: string, session: Readonly<Record<string, string>>): SessionOptions => ({
  executionProviders: [provider],
  intraOpNumThreads: 1,
  logSeverityLevel: 4,
  // Of the data that a model may have in other files, what was hashed and handed over, and no other.
  extra: { session: { ...session, model_external_initializers_file_folder_path: '/dev/null' } },
});

const CPU_OPTIONS = sessionOptions('cpu', {});

/** @returns why not; a GPU that is slower than one thread of the CPU is one in software, or no use */
async function refusal(
  ort: OnnxRuntime,
  options: SessionOptions,
  cpuMs: number,
): Promise<string | undefined> {
  try {
    return (await probe(ort, options)) > cpuMs ? 'slower than the CPU, as a GPU in software is' : undefined;
  } catch (thrown) {
    return onnxReason(thrown);
  }
}

/** Runs a convolution as the patch encoder has them, on one thread. @returns the least of three times, in milliseconds */
async function probe(ort: OnnxRuntime, options: SessionOptions): Promise<number> {
  const [channels, edge] = [8, 32];
  const shape = [1, channels, edge, edge, edge];
  const filter = new Float32Array(channels * channels * 27).fill(1);
  const model = encodeOnnxModel({
    inputs: [{ name: 'x', type: 'float32', shape }],
    outputs: [{ name: 'y', type: 'float32', shape: [1, channels, edge - 2, edge - 2, edge - 2] }],
    constants: [{ name: 'filter', shape: [channels, channels, 3, 3, 3], data: filter }],
    nodes: [
      { operator: 'Conv', inputs: ['x', 'filter'], output: 'y', attributes: { kernel_shape: [3, 3, 3] } },
    ],
  });
  const session = await openSession(ort, { bytes: sharedBytes(model) }, options);
  try {
    const x = { type: 'float32', data: new Float32Array(channels * edge ** 3).fill(2), shape } as const;
    const times: number[] = [];
    for (let i = 0; i < 3; i++) {
      const started = performance.now();
      const { data } = await session.run({ x });
      times.push(performance.now() - started);
      const right = 2 * 27 * channels;
      if (data[0] !== right) throw new Error(`its convolution gives ${data[0]} where ${right} is right`);
    }
    return Math.min(...times);
  } finally {
    await session.close();
  }
}
