/** The sessions that are open on one runtime, counted: it tells nothing of the memory that it holds. */
import { modelError, resourceError } from '../../core/errors.js';
import type { DeviceMemory } from '../device/backend.js';
import {
  onnxReason,
  type InferenceSession,
  type OnnxRuntime,
  type OnnxTensor,
  type SessionOptions,
} from './runtime.js';

export interface Sessions {
  readonly ort: OnnxRuntime;
  open(model: Uint8Array, options: SessionOptions): Promise<InferenceSession>;
  /** @throws resourceError `device-memory`; modelError `onnx-failed` */
  run(session: InferenceSession, inputs: Readonly<Record<string, OnnxTensor>>): Promise<OnnxTensor>;
  close(session: InferenceSession): Promise<void>;
  /** Models for tensors, with the bytes of their files. */
  memory(): DeviceMemory;
}

export function createSessions(ort: OnnxRuntime): Sessions {
  const bytesHeld = new Map<InferenceSession, number>();
  return {
    ort,
    async open(model, options) {
      const session = await ort.InferenceSession.create(model, options);
      bytesHeld.set(session, model.length);
      return session;
    },
    async run(session, inputs) {
      try {
        return (await session.run(inputs))[session.outputMetadata[0].name];
      } catch (thrown) {
        const reason = onnxReason(thrown);
        throw OUT_OF_MEMORY.test(reason) ? noMemory(reason, thrown) : failed(reason, thrown);
      }
    },
    async close(session) {
      bytesHeld.delete(session);
      await session.release();
    },
    memory: () => ({
      tensors: bytesHeld.size,
      bytes: [...bytesHeld.values()].reduce((sum, bytes) => sum + bytes, 0),
    }),
  };
}

/** As the providers' allocators say it. */
const OUT_OF_MEMORY = /failed to allocate|out of memory|available memory|bad_alloc/i;

const noMemory = (reason: string, thrown: unknown) =>
  resourceError(
    'device-memory',
    `The device has too little memory for the network (${reason}).`,
    'Close other programs that use it, or choose --engine wasm.',
    thrown,
  );

const failed = (reason: string, thrown: unknown) =>
  modelError(
    'onnx-failed',
    `ONNX Runtime could not run the network: ${reason}.`,
    'Check the model with onnx.checker and the driver of the device, or choose --engine wasm.',
    thrown,
  );
