/** tfjs on TensorFlow's C library: @tensorflow/tfjs-node or -gpu, imported only when the user has installed one. */
import util from 'node:util';
import type { Backend } from '../device/backend.js';
import { tfjsBackend } from './backend.js';
import type { Tf } from './tfjs.js';

/** @param url of the package's main module */
export async function openTfjsNode(url: string): Promise<Backend> {
  // tfjs-node 4.22 calls a function that Node 23 removed.
  Object.assign(util, { isNullOrUndefined: (value: unknown) => value === null || value === undefined });
  const module = (await import(url)) as Tf & { default?: Tf };
  const tf = module.default ?? module;
  await tf.ready();
  if (tf.getBackend() !== 'tensorflow')
    throw new Error(`its backend is '${tf.getBackend()}', not 'tensorflow'`);
  const { isUsingGpuDevice } = tf.backend() as { isUsingGpuDevice?: boolean };
  return tfjsBackend(tf, {
    kind: isUsingGpuDevice ? 'gpu' : 'cpu',
    name: `TensorFlow on the ${isUsingGpuDevice ? 'GPU' : 'CPU'}`,
  });
}
