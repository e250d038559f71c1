/** ONNX Runtime's WebGPU provider keeps the contract, on whatever Vulkan there is: SwiftShader where VK_DRIVER_FILES names none. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { randomPatches } from '../networks/random-network.js';
import { PATCH_VOXELS } from '../../src/imaging/atlas/atlas.js';
import { sharedBytes, type OnnxModel } from '../../src/networks/onnx-file.js';
import { encodeOnnxModel } from '../../src/formats/onnx-model.js';
import { engineContract } from './contract.js';
import { onnxAbsent, openOnnx } from './onnxruntime.js';
import { SWIFTSHADER } from './vulkan.js';

if (SWIFTSHADER) process.env['VK_DRIVER_FILES'] ??= SWIFTSHADER;
const skip = onnxAbsent || (!process.env['VK_DRIVER_FILES'] && 'no Vulkan: npm run setup:optional');

const open = () => openOnnx({ gpu: { inSoftware: true, patchesAPass: 2 } });

engineContract('onnx, on WebGPU', skip ? { skip } : { open }, 4);

describe('onnx on WebGPU', { skip }, () => {
  it('says so, and leaves to the CPU what the GPU lacks, with a word', async () => {
    const engine = await open();
    assert.deepEqual([engine.device.kind, engine.device.name, engine.lane], ['gpu', 'WebGPU', 'gpu']);
    const cases = [
      ['Elu', 'WebGPU'],
      ['Hardmax', 'WebGPU, some operators on the CPU'],
    ];
    for (const [operator, device] of cases) {
      const model = await engine.loadModel!(flattened(operator));
      assert.equal(model.device, device);
      await model.dispose();
    }
    const model = await engine.loadModel!(grouped());
    assert.equal(model.device, 'CPU, since WebGPU does not take the model');
    const features = new Float32Array(new SharedArrayBuffer(4 * PATCH_VOXELS));
    const patches = randomPatches(1, 3);
    await model.run([{ patches, features: features.subarray(0, model.features), from: 0, to: 1 }]);
    assert.ok(features.some((value) => value !== 0));
    await engine.dispose();
  });

  it(
    'is not taken where software imitates the GPU',
    { skip: process.env['VK_DRIVER_FILES'] !== SWIFTSHADER && 'the Vulkan driver may be a real one' },
    async () => {
      const engine = await openOnnx();
      assert.equal(engine.device.name, 'CPU');
      assert.match(engine.device.passedOver!, /WebGPU: slower than the CPU/);
      await engine.dispose();
    },
  );
});

const inMemory = (nodes: readonly Parameters<typeof encodeOnnxModel>[0]['nodes'][number][]): OnnxModel => ({
  written: 'test.onnx',
  sha256: '',
  beside: undefined,
  bytes: sharedBytes(
    encodeOnnxModel({
      inputs: [{ name: 'x', type: 'float32', shape: ['N', 1, 32, 32, 32] }],
      outputs: [{ name: 'y', type: 'float32', shape: ['N', 'F'] }],
      constants: [{ name: 'filter', shape: [2, 1, 3, 3, 3], data: new Float32Array(54).fill(0.1) }],
      nodes,
    }),
  ),
});

const flattened = (operator: string) =>
  inMemory([
    { operator: 'Flatten', inputs: ['x'], output: 'flat' },
    { operator, inputs: ['flat'], output: 'y' },
  ]);

/** A convolution in groups, which WebGPU's provider refuses only when it runs. */
function grouped() {
  const stride = { kernel_shape: [3, 3, 3], strides: [3, 3, 3] };
  return inMemory([
    { operator: 'Conv', inputs: ['x', 'filter'], output: 'two', attributes: stride },
    { operator: 'Conv', inputs: ['two', 'filter'], output: 'apart', attributes: { ...stride, group: 2 } },
    { operator: 'Flatten', inputs: ['apart'], output: 'y' },
  ]);
}
