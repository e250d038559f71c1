/** Both networks on any backend of tfjs. */
import type { Backend } from '../device/backend.js';
import type { Device } from '../engine.js';
import { buildTfjsEncoder } from './encoder.js';
import { buildTfjsGraphNetwork } from './graph-network.js';
import type { Tf } from './tfjs.js';

const LARGEST_BATCH = { gpu: 128, cpu: 16 };

/** @param padded whether the library rounds otherwise when a batch has another size */
export const tfjsBackend = (tf: Tf, device: Device, padded = false): Backend => ({
  device,
  buildEncoder: ({ parameters }) =>
    Promise.resolve(buildTfjsEncoder(tf, parameters, LARGEST_BATCH[device.kind], padded)),
  buildGraphNetwork: ({ parameters }) => Promise.resolve(buildTfjsGraphNetwork(tf, parameters)),
  memory: () => ({ tensors: tf.memory().numTensors, bytes: tf.memory().numBytes }),
  dispose: () => Promise.resolve(),
});
