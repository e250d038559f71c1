/** Engines on a device, with plain JavaScript in TensorFlow's place. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { deviceEngine } from '../../../src/engine/device/engine.js';
import { tfjsNodeSource } from '../../../src/engine/tfjs/node-source.js';
import { graphNetwork } from '../../../src/networks/graph-network.js';
import { patchEncoder } from '../../../src/networks/patch-encoder.js';
import { randomNetwork, randomPatches } from '../../networks/random-network.js';
import { lineGraph, whole } from '../slices-and-graphs.js';

const open = (asked: string, batch = 4) => {
  const url = new URL(`../tfjs-node-stand-in.js?${asked}`, import.meta.url).href;
  return deviceEngine(tfjsNodeSource(url, batch));
};

describe('engine on a device', () => {
  it('goes on with smaller batches where TensorFlow runs out of memory: the same numbers, nothing left behind', async () => {
    const patches = randomPatches(5, 3);
    const [roomy, narrow] = [await open(''), await open('memory=2')];
    const notices: string[] = [];
    const weights = randomNetwork(patchEncoder, 5);
    const encoders = [
      await roomy.loadEncoder(weights),
      await narrow.loadEncoder(weights, (m) => notices.push(m)),
    ];
    const before = await narrow.memory();
    const [expected, ...found] = [whole(patches), whole(patches), whole(patches)];
    await encoders[0].run([expected]);
    await Promise.all(found.map((slice) => encoders[1].run([slice])));
    for (const { features } of found) assert.deepEqual(features, expected.features);
    assert.deepEqual(await narrow.memory(), before);
    assert.equal(encoders[1].batch, 2);
    assert.deepEqual(notices, ['The device had too little memory for 4 patches at once: 2 from here on.']);
    await roomy.dispose();
    await narrow.dispose();
  });

  it('refuses a subject of which no patch fits', async () => {
    const engine = await open('memory=0');
    const encoder = await engine.loadEncoder(randomNetwork(patchEncoder, 5));
    await assert.rejects(encoder.run([whole(randomPatches(3, 3))]), {
      code: 'device-memory',
      kind: 'resource',
    });
    await engine.dispose();
  });

  it('ends when its batches have, and takes no more', async () => {
    const engine = await open('');
    const encoder = await engine.loadEncoder(randomNetwork(patchEncoder, 5));
    const slices = [whole(randomPatches(2, 3)), whole(randomPatches(2, 5)), whole(randomPatches(2, 7))];
    const running = slices.map((slice) => encoder.run([slice]));
    const ended = engine.dispose();
    const late = assert.rejects(encoder.run([slices[0]]), { code: 'threads-ended' });
    await Promise.all([...running, ended, late]);
    for (const { features } of slices) assert.ok(features.some((value) => value !== 0));
  });

  it('keeps nothing of 1,000 batches, on the device or here', async () => {
    const engine = await open('quick', 1);
    const encoder = await engine.loadEncoder(randomNetwork(patchEncoder, 5));
    const network = await engine.loadGraphNetwork(randomNetwork(graphNetwork, 3));
    const slice = whole(randomPatches(1, 3));
    const graph = lineGraph(9, 3);
    const thousandBatches = async () => {
      for (let i = 0; i < 1000; i++) await Promise.all([encoder.run([slice]), network.run([graph])]);
      return { ...(await engine.memory()), resident: process.memoryUsage.rss() };
    };
    const before = await thousandBatches();
    const { resident, ...held } = await thousandBatches();
    assert.deepEqual(held, { tensors: before.tensors, bytes: before.bytes });
    // V8 collects when it likes; but one patch's input, kept of each batch, would be 128 MB.
    assert.ok(resident - before.resident < 48 * 2 ** 20, `${(resident - before.resident) / 2 ** 20} MB`);
    await encoder.dispose();
    await network.dispose();
    assert.deepEqual(await engine.memory(), { tensors: 0, bytes: 0 });
    await engine.dispose();
  });
});
