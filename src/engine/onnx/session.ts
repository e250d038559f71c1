/** A model that ONNX Runtime has loaded: tensors in, its one output out. */
import { modelError } from '../../core/errors.js';
import type { ModelBytes } from '../../networks/onnx-file.js';
import { deviceMemoryError } from '../device/memory-error.js';
import { orFallback } from '../fallback.js';
import { onnxReason, type OnnxRuntime, type SessionOptions, type ValueMetadata } from './runtime.js';

export type Values =
  | { readonly type: 'float32'; readonly data: Float32Array; readonly shape: readonly number[] }
  | { readonly type: 'int32'; readonly data: Int32Array; readonly shape: readonly number[] };

export interface Session {
  readonly inputs: readonly ValueMetadata[];
  readonly outputs: readonly ValueMetadata[];
  /** @throws resourceError `device-memory`; modelError `onnx-failed` */
  run(inputs: Readonly<Record<string, Values>>): Promise<Output>;
  close(): Promise<void>;
}

export interface Output {
  readonly data: Float32Array;
  readonly shape: readonly number[];
}

/** @throws whatever ONNX Runtime says of a model that it does not take */
export async function openSession(
  ort: OnnxRuntime,
  { bytes, beside }: ModelBytes,
  options: SessionOptions,
): Promise<Session> {
  // The runtime takes no shared memory.
  const session = await ort.InferenceSession.create(Uint8Array.from(bytes), {
    ...options,
    ...(beside && { externalData: [{ path: beside.path, data: Uint8Array.from(beside.data) }] }),
  });
  const tensor = (values: Values) =>
    values.type === 'float32'
      ? new ort.Tensor(values.type, values.data, values.shape)
      : new ort.Tensor(values.type, values.data, values.shape);
  return {
    inputs: session.inputMetadata,
    outputs: session.outputMetadata,
    async run(inputs) {
      try {
        const tensors = Object.entries(inputs).map(([name, values]) => [name, tensor(values)] as const);
        const outputs = await session.run(Object.fromEntries(tensors));
        const { data, dims } = outputs[session.outputMetadata[0].name];
        return { data, shape: dims };
      } catch (thrown) {
        throw asLungflowError(thrown);
      }
    },
    close: () => session.release(),
  };
}

/** As the providers' allocators say it. */
const OUT_OF_MEMORY = /failed to allocate|out of memory|available memory|bad_alloc/i;

function asLungflowError(thrown: unknown) {
  const reason = onnxReason(thrown);
  return OUT_OF_MEMORY.test(reason)
    ? deviceMemoryError(thrown)
    : modelError(
        'onnx-failed',
        `ONNX Runtime could not run the network: ${reason}.`,
        orFallback('Check the model with onnx.checker and the driver of the device'),
        thrown,
      );
}
