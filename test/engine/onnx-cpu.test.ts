/** What ONNX Runtime's CPU provider alone has to be watched for. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { patchEncoder } from '../../src/networks/patch-encoder.js';
import { randomNetwork, randomPatches } from '../networks/random-network.js';
import { onnxAbsent, openOnnx } from './onnxruntime.js';
import { whole } from './slices-and-graphs.js';

process.env['VK_DRIVER_FILES'] = '/nowhere'; // no GPU

describe('onnx on the CPU', { skip: onnxAbsent }, () => {
  it('gives the same bits whatever the number of threads', async () => {
    const patches = randomPatches(4, 53);
    const all = await Promise.all(
      [1, 2, 3].map(async (threads) => {
        const engine = await openOnnx({ threads });
        const encoder = await engine.loadEncoder(randomNetwork(patchEncoder, 5));
        const slice = whole(patches);
        await encoder.run([slice]);
        await engine.dispose();
        return slice.features;
      }),
    );
    assert.deepEqual(all[1], all[0]);
    assert.deepEqual(all[2], all[0]);
  });

  it('says why no faster device, and holds nothing once a network is disposed of', async () => {
    const engine = await openOnnx();
    assert.equal(engine.device.name, 'CPU');
    assert.match(engine.device.passedOver!, /^CUDA: .+; WebGPU: .+/);
    const before = await engine.memory();
    const encoder = await engine.loadEncoder(randomNetwork(patchEncoder, 5));
    assert.notDeepEqual(await engine.memory(), before);
    await encoder.dispose();
    assert.deepEqual(await engine.memory(), before);
    await engine.dispose();
  });
});
