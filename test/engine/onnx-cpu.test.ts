/** What ONNX Runtime's CPU provider alone has to be watched for. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { deviceEngine } from '../../src/engine/device/engine.js';
import { FEATURES, patchEncoder } from '../../src/networks/patch-encoder.js';
import { randomNetwork, randomPatches } from '../networks/random-network.js';
import { onnxAbsent, onnxUrl } from './onnxruntime.js';

process.env['VK_DRIVER_FILES'] = '/nowhere'; // no GPU

describe('onnx on the CPU', { skip: onnxAbsent }, () => {
  const open = (threads: number) =>
    deviceEngine('onnx', { kind: 'onnx', url: onnxUrl!, threads }, 'onnx: test');

  it('gives the same bits whatever the number of threads', async () => {
    const patches = randomPatches(4, 53);
    const all = await Promise.all(
      [1, 2, 3].map(async (threads) => {
        const engine = await open(threads);
        const encoder = await engine.loadEncoder(randomNetwork(patchEncoder, 5));
        const features = new Float32Array(new SharedArrayBuffer(4 * 4 * FEATURES));
        await encoder.run([{ patches, features, from: 0, to: 4 }]);
        await engine.dispose();
        return features;
      }),
    );
    assert.deepEqual(all[1], all[0]);
    assert.deepEqual(all[2], all[0]);
  });

  it('says why no faster device, and holds nothing once a network is disposed of', async () => {
    const engine = await open(2);
    assert.equal(engine.device.name, 'CPU');
    assert.match(engine.reason, /^onnx: test; CUDA: .+; WebGPU: .+/);
    const before = await engine.memory();
    const encoder = await engine.loadEncoder(randomNetwork(patchEncoder, 5));
    assert.notDeepEqual(await engine.memory(), before);
    await encoder.dispose();
    assert.deepEqual(await engine.memory(), before);
    await engine.dispose();
  });
});
