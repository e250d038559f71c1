/** tfjs on TensorFlow's C library: @tensorflow/tfjs-node or -gpu, imported only when the user has installed one. */
import util from 'node:util';
import type { Backend, DeviceNetwork } from '../device/backend.js';
import { deviceMemoryError } from '../device/memory-error.js';
import { tfjsBackend } from './backend.js';
import type { Tf } from './tfjs.js';

/** @param url of the package's main module */
export async function openTfjsNode(url: string): Promise<Backend> {
  process.env['TF_CPP_MIN_LOG_LEVEL'] ??= '1'; // warnings and errors, not what TensorFlow notes about its build
  // tfjs-node 4.22 calls a function that Node 23 removed.
  Object.assign(util, { isNullOrUndefined: (value: unknown) => value === null || value === undefined });
  const module = (await import(url)) as Tf & { default?: Tf };
  const tf = module.default ?? module;
  await tf.ready();
  if (tf.getBackend() !== 'tensorflow')
    throw new Error(`its backend is '${tf.getBackend()}', not 'tensorflow'`);
  const { isUsingGpuDevice } = tf.backend() as { isUsingGpuDevice?: boolean };
  const backend = isUsingGpuDevice
    ? tfjsBackend(tf, { kind: 'gpu', name: 'TensorFlow on the GPU' })
    : // Without oneDNN, which it turns on by the kind of CPU, its sums take another order in small batches.
      tfjsBackend(tf, { kind: 'cpu', name: 'TensorFlow on the CPU' }, true);
  return {
    ...backend,
    buildEncoder: async (weights) => knowingFullMemory(await backend.buildEncoder(weights)),
    buildGraphNetwork: async (weights) => knowingFullMemory(await backend.buildGraphNetwork(weights)),
  };
}

/** As TensorFlow says it, its allocators and CUDA below them. */
const OUT_OF_MEMORY = /OOM when allocating|RESOURCE_EXHAUSTED|out of memory/i;

const knowingFullMemory = <Item>(network: DeviceNetwork<Item>): DeviceNetwork<Item> => ({
  ...network,
  run: (items) =>
    network.run(items).catch((thrown: unknown) => {
      throw OUT_OF_MEMORY.test(String(thrown)) ? deviceMemoryError(thrown) : thrown;
    }),
});
