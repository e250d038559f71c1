/** An engine on a device, by a library that keeps a thread of its own busy: its calls may block. */
import type { OnnxModel } from '../../networks/onnx-file.js';
import type { Engine, Graph, LoadedNetwork, PatchSlice, Say } from '../engine.js';
import type { BackendSource, DeviceMemory } from './backend.js';
import type { LoadedNumber } from './device.worker.js';
import { FittingBatches } from './fitting-batches.js';
import { batchByRamp, secondsOfEncoding } from './ramp.js';
import { acquireDeviceThread, thread } from './device-thread.js';
import { GRAPHS, PATCHES } from './unit.js';

export interface DeviceEngine extends Engine {
  /** What all networks hold on the device just now. */
  memory(): Promise<DeviceMemory>;
}

/** @throws LungflowError when the library cannot be loaded or finds no device */
export async function deviceEngine(source: BackendSource): Promise<DeviceEngine> {
  const { pool, lock, release } = acquireDeviceThread(source);

  const loadedNetwork = <Item>(number: number, batches: FittingBatches<Item>): LoadedNetwork<Item> => ({
    get batch() {
      return batches.limit;
    },
    run: (items) => batches.run(items),
    dispose: () => lock.exclusive(() => pool.run(thread, 'unload', number)),
  });

  function patchBatches({ network, bounds }: LoadedNumber, say: Say | undefined) {
    const run = (slices: readonly PatchSlice[], places: number) =>
      pool.run(thread, 'encode', network, slices, places);
    return { run, batches: new FittingBatches({ unit: PATCHES, run, lock, say, ...bounds }) };
  }

  try {
    const { device, runsModels } = await pool.run(thread, 'open', source);
    return {
      device,
      lane: device.kind,
      async loadEncoder(weights, say) {
        const loaded = await pool.run(thread, 'loadEncoder', weights);
        const { run, batches } = patchBatches(loaded, say);
        const measureBatch = async () => {
          batches.limit = await batchByRamp(secondsOfEncoding(run), loaded.bounds);
        };
        return Object.assign(loadedNetwork(loaded.network, batches), { measureBatch });
      },
      ...(runsModels && {
        async loadModel(model: OnnxModel, say?: Say) {
          const loaded = await pool.run(thread, 'loadModel', model);
          const { features, device } = loaded;
          const { batches } = patchBatches(loaded, say);
          return Object.assign(loadedNetwork(loaded.network, batches), { features, device });
        },
      }),
      async loadGraphNetwork(weights, say) {
        const { network, bounds } = await pool.run(thread, 'loadGraphNetwork', weights);
        const run = (graphs: readonly Graph[], places: number) =>
          pool.run(thread, 'aggregate', network, graphs, places);
        return loadedNetwork(network, new FittingBatches({ unit: GRAPHS, run, lock, say, ...bounds }));
      },
      memory: () => pool.run(thread, 'memory'),
      dispose: release,
    };
  } catch (thrown) {
    await release();
    throw thrown;
  }
}
