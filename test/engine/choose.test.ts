import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { chooseEngine, type FindPackage } from '../../src/engine/choose.js';
import { FEATURES, patchEncoder } from '../../src/engine/encoder.js';
import { splitSlices, type PatchSlice } from '../../src/engine/engine.js';
import { graphNetwork } from '../../src/engine/graph-network.js';
import { createWorkerPool } from '../../src/workers/pool.js';
import { relativeDifference } from './differences.js';
import { randomNetwork, randomPatches } from './random-network.js';

const standIn = new URL('./tfjs-node-stand-in.js', import.meta.url).href;
const installed =
  (url: string, only = '@tensorflow/tfjs-node-gpu'): FindPackage =>
  (name) =>
    name === only ? url : undefined;
const nothing: FindPackage = () => undefined;
const damaged = `data:text/javascript,throw new Error('libcudart.so.11.0 is missing')`;

describe('choice of the engine', () => {
  const workers = createWorkerPool(2);
  after(() => workers.close());

  it('takes wasm where no GPU package is installed, and says how to get one', async () => {
    const engine = await chooseEngine('auto', workers, nothing);
    assert.equal(engine.name, 'wasm');
    assert.equal(engine.lane, 'cpu');
    assert.match(engine.reason, /not installed; to use a GPU: npm install @tensorflow\/tfjs-node-gpu$/);
  });

  it('looks the package up by itself', async () => {
    assert.equal((await chooseEngine('auto', workers)).name, 'wasm');
  });

  it('takes the GPU where the package finds one', async () => {
    const engine = await chooseEngine('auto', workers, installed(`${standIn}?gpu`));
    assert.deepEqual([engine.name, engine.device, engine.lane], ['node-gpu', 'gpu', 'gpu']);
    await engine.dispose();
  });

  it('says why it does not take an installed package', async () => {
    const without = await chooseEngine('auto', workers, installed(standIn));
    assert.match(without.reason, /^wasm: .* is installed but found no GPU/);
    const broken = await chooseEngine('auto', workers, installed(damaged));
    assert.match(broken.reason, /^wasm: .* did not load \(.*libcudart\.so\.11\.0 is missing\)/);
  });

  it('fails where an engine asked for cannot be had', async () => {
    const ask = (find: FindPackage) => chooseEngine('node-gpu', workers, find);
    await assert.rejects(ask(nothing), {
      kind: 'model',
      code: 'engine-not-installed',
      remedy: /npm install/,
    });
    await assert.rejects(ask(installed(standIn)), { kind: 'model', code: 'engine-without-gpu' });
    await assert.rejects(ask(installed(damaged)), {
      kind: 'model',
      code: 'engine-broken',
      what: /libcudart/,
    });
    await assert.rejects(chooseEngine('node', workers, nothing), { code: 'engine-not-installed' });
  });

  it('gets the same numbers from wasm kernels and from another backend of tfjs', async () => {
    const [patches, encoder] = [randomPatches(1, 3), randomNetwork(patchEncoder, 9)];
    const network = randomNetwork(graphNetwork, 9);
    const results = [];
    for (const engine of [
      await chooseEngine('wasm', workers),
      await chooseEngine('node', workers, installed(standIn, '@tensorflow/tfjs-node')),
    ]) {
      const features = new Float32Array(new SharedArrayBuffer(4 * FEATURES));
      const embedding = new Float32Array(new SharedArrayBuffer(4 * FEATURES));
      await engine.encode(encoder, [{ patches, features, from: 0, to: 1 }]);
      const adjacency = new Float64Array(new SharedArrayBuffer(8)).fill(1);
      await engine.aggregate(network, [{ features, adjacency, embedding }]);
      results.push({ features, embedding });
      await engine.dispose();
    }
    const [wasm, other] = results;
    assert.ok(relativeDifference(wasm.features, other.features) < 1e-5);
    assert.ok(relativeDifference(wasm.embedding, other.embedding) < 1e-5);
  });
});

describe('splitSlices', () => {
  it('keeps every patch once, in order, in pieces that are full but for the last', () => {
    const slice = (from: number, to: number) => ({ from, to }) as PatchSlice;
    const pieces = splitSlices([slice(3, 10), slice(0, 2), slice(5, 6)], 4);
    const ranges = pieces.map((piece) => piece.map(({ from, to }) => [from, to]));
    assert.deepEqual(ranges, [
      [[3, 7]],
      [
        [7, 10],
        [0, 1],
      ],
      [
        [1, 2],
        [5, 6],
      ],
    ]);
  });
});
