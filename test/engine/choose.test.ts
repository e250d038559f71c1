import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { chooseEngine } from '../../src/engine/choose.js';
import { findInstalled, type FindPackage } from '../../src/engine/packages.js';
import { createWorkerPool } from '../../src/workers/pool.js';
import { SWIFTSHADER } from './vulkan.js';

const standIn = new URL('./tfjs-node-stand-in.js', import.meta.url).href;
const installed =
  (url: string, only = '@tensorflow/tfjs-node-gpu'): FindPackage =>
  (name) =>
    name === only ? url : undefined;
const nothing: FindPackage = () => undefined;
const damaged = `data:text/javascript,throw new Error('libcudart.so.11.0 is missing')`;

const noSoftware = !(SWIFTSHADER && findInstalled('webgpu')) && 'no webgpu package, or no SwiftShader';

describe('choice of the engine', () => {
  const workers = createWorkerPool(2);
  after(() => workers.close());

  it('takes wasm where no GPU package is installed', async () => {
    const engine = await chooseEngine('auto', workers, nothing);
    assert.equal(engine.name, 'wasm');
    assert.equal(engine.lane, 'cpu');
    assert.equal(engine.reason, 'node-gpu is not installed; webgpu is not installed');
  });

  it('looks the package up by itself', async () => {
    const engine = await chooseEngine('auto', workers);
    assert.equal(engine.name === 'wasm', engine.device.kind === 'cpu');
    await engine.dispose();
  });

  it('takes the GPU where the package finds one', async () => {
    const engine = await chooseEngine('auto', workers, installed(`${standIn}?gpu`));
    assert.deepEqual([engine.name, engine.device.kind, engine.lane], ['node-gpu', 'gpu', 'gpu']);
    assert.equal(engine.reason, 'it found a GPU');
    await engine.dispose();
  });

  it('says why it does not take an installed package', async () => {
    const without = await chooseEngine('auto', workers, installed(standIn));
    assert.equal(
      without.reason,
      'node-gpu found no GPU, only TensorFlow on the CPU; webgpu is not installed',
    );
    const broken = await chooseEngine('auto', workers, installed(damaged));
    assert.match(broken.reason, /^node-gpu is installed but did not load: libcudart\.so\.11\.0 is missing; /);
  });

  it(
    'takes a GPU that is only software when asked for it by name, and says so',
    { skip: noSoftware },
    async () => {
      process.env['VK_DRIVER_FILES'] = SWIFTSHADER;
      const asked = await chooseEngine('webgpu', workers);
      assert.deepEqual([asked.device.kind, asked.lane], ['cpu', 'cpu']);
      assert.equal(asked.reason, 'asked for, though its device is slow software');
      await asked.dispose();
      const { name, reason } = await chooseEngine('auto', workers);
      assert.equal(name, 'wasm');
      assert.match(reason, /webgpu found no GPU, only .*swiftshader/i);
    },
  );

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
});
