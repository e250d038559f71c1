/** Both networks on TensorFlow's C library: @tensorflow/tfjs-node or -gpu, imported only when the user has installed one. */
import util from 'node:util';
import type { Backend, DeviceNetwork } from '../device/backend.js';
import { asDeviceMemoryError } from '../device/memory-error.js';
import type { Device } from '../engine.js';
import { forbidTf32 } from '../tf32.js';
import { buildTfjsEncoder } from './encoder.js';
import { buildTfjsGraphNetwork } from './graph-network.js';
import type { TfjsNodeSource } from './node-source.js';
import type { Tf } from './tfjs.js';

const PATCH_BATCH = { gpu: 128, cpu: 16 };

export async function openBackend({ url, batch }: TfjsNodeSource): Promise<Backend> {
  const tf = await importTfjs(url);
  const device = deviceOf(tf.backend() as NativeBackend);
  return {
    device,
    buildEncoder: ({ parameters }) =>
      built(() => buildTfjsEncoder(tf, parameters, batch ?? PATCH_BATCH[device.kind])),
    buildGraphNetwork: ({ parameters }) => built(() => buildTfjsGraphNetwork(tf, parameters)),
    memory: () => ({ tensors: tf.memory().numTensors, bytes: tf.memory().numBytes }),
    dispose: () => Promise.resolve(),
  };
}

/** What is read of tfjs-node's backend. */
interface NativeBackend {
  readonly isUsingGpuDevice?: boolean;
  readonly binding?: { readonly TF_Version?: string };
}

/** Whether oneDNN or its own kernels compute shows in TensorFlow's last digits: it is part of the name. */
function deviceOf({ isUsingGpuDevice, binding }: NativeBackend): Device {
  const library = ['TensorFlow', binding?.TF_Version].filter(Boolean).join(' ');
  if (isUsingGpuDevice) return { kind: 'gpu', name: `${library} on the GPU` };
  const without = process.env['TF_ENABLE_ONEDNN_OPTS'] === '0' ? ', without oneDNN' : '';
  return { kind: 'cpu', name: `${library} on the CPU${without}` };
}

async function importTfjs(url: string): Promise<Tf> {
  process.env['TF_ENABLE_ONEDNN_OPTS'] ??= '1'; // left to itself, it goes by the CPU's model
  process.env['TF_CPP_MIN_LOG_LEVEL'] ??= '1'; // warnings and errors, not what TensorFlow notes about its build
  forbidTf32();
  // tfjs-node 4.22 calls a function that Node 23 removed.
  Object.assign(util, { isNullOrUndefined: (value: unknown) => value === null || value === undefined });
  const module = (await import(url)) as Tf & { default?: Tf };
  const tf = module.default ?? module;
  await tf.ready();
  if (tf.getBackend() !== 'tensorflow')
    throw new Error(`its backend is '${tf.getBackend()}', not 'tensorflow'`);
  return tf;
}

/** As TensorFlow says it, its allocators and CUDA below them. */
const OUT_OF_MEMORY = /OOM when allocating|RESOURCE_EXHAUSTED|out of memory/i;

/** A network that tells when memory ran out, while it is built or runs. */
async function built<Item>(build: () => DeviceNetwork<Item>): Promise<DeviceNetwork<Item>> {
  const telling = async <T>(work: () => T | Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (thrown) {
      throw asDeviceMemoryError(thrown, OUT_OF_MEMORY);
    }
  };
  const network = await telling(build);
  return { ...network, run: (items, places) => telling(() => network.run(items, places)) };
}
