/** What the contract of engines does not see of WebGPU: each program by itself, memory, and what the device refuses. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { conv3dProgram, type Conv3dShape } from '../../src/engine/tfjs/webgpu/conv3d-program.js';
import type { Gpu } from '../../src/engine/tfjs/webgpu/gpu.js';
import { openGpu } from '../../src/engine/tfjs/webgpu/open-gpu.js';
import { webgpuBackend } from '../../src/engine/tfjs/webgpu-backend.js';
import { graphNetwork } from '../../src/networks/graph-network.js';
import { convolutionsOf, planEncoder } from '../../src/engine/plan.js';
import { patchEncoder } from '../../src/networks/patch-encoder.js';
import { largestDifference } from '../kernels/kernel-memory.js';
import { referenceConv3d } from '../kernels/reference-conv3d.js';
import { conv3dInput } from '../kernels/run-conv3d.js';
import { randomNetwork, randomPatches } from '../networks/random-network.js';
import { lineGraph, whole } from './slices-and-graphs.js';
import { findWebgpu } from './vulkan.js';

const webgpu = await findWebgpu();

describe('WebGPU', { skip: 'skip' in webgpu && webgpu.skip }, () => {
  if ('skip' in webgpu) return;
  let gpu: Gpu;
  before(async () => (gpu = await openGpu(webgpu.source)));
  after(() => gpu.dispose());

  /** @param x `[items, z, y, x, from]`, or HU; filter and bias as `conv3dProgram` has them */
  async function convolve(
    shape: Conv3dShape,
    x: Float32Array | Int16Array,
    filter: Float32Array,
    bias: Float32Array,
  ): Promise<Float32Array> {
    const { tf } = gpu;
    const voxels = (shape.edge / shape.stride) ** 3;
    const items = x.length / (shape.from * shape.edge ** 3);
    const weights = [tf.tensor1d(filter), tf.tensor1d(bias)];
    const out = new Float32Array(items * voxels * shape.to);
    const record = () => {
      const dtype = x instanceof Int16Array ? 'int32' : 'float32';
      const input = gpu.upload(`test ${dtype}`, dtype, [
        x instanceof Int16Array ? x : inQuads(x, shape.from),
      ]);
      const result = gpu.scratch('test result', out.length);
      gpu.run(conv3dProgram(shape), [input, ...weights], result, items);
      return result;
    };
    const inQuads = (values: Float32Array, channels: number) =>
      reorder(values, items, values.length / (items * channels), channels / 4);
    await gpu.batch(out.length, record, (result) => out.set(result));
    tf.dispose(weights);
    return reorder(out, items, shape.to / 4, voxels);
  }

  /** `[items, a, b, 4]` to `[items, b, a, 4]` */
  function reorder(values: Float32Array, items: number, a: number, b: number): Float32Array {
    const turned = new Float32Array(values.length);
    for (let i = 0; i < items; i++)
      for (let k = 0; k < a; k++)
        for (let l = 0; l < b; l++)
          turned.set(values.subarray(4 * ((i * a + k) * b + l)).subarray(0, 4), 4 * ((i * b + l) * a + k));
    return turned;
  }

  const { parameters } = randomNetwork(patchEncoder, 1);
  for (const { from, to, stride, edge } of convolutionsOf(planEncoder(patchEncoder.body, parameters)).slice(
    1,
  )) {
    it(`convolves ${from} channels of ${edge}³ voxels to ${to}, stride ${stride}, by the definition`, async () => {
      const c = { patches: 2, edge, channels: from, outChannels: to, stride };
      const { x, filter, bias } = conv3dInput(c);
      const got = await convolve({ from, to, stride, edge, kernel: 3 }, x, filter, bias);
      const rounding = (27 * from + 8) * 2 ** -23;
      assert.ok(largestDifference(got, referenceConv3d(c, x, filter, bias)) < rounding);
    });
  }

  it('reads the first layer’s patches in HU, reversed', async () => {
    const c = { patches: 2, edge: 32, channels: 1, outChannels: 8, stride: 1 } as const;
    const patches = randomPatches(c.patches, 3);
    const { filter, bias } = conv3dInput(c);
    const reversed = [0, 1].flatMap((p) => [...patches.subarray(p * 32 ** 3, (p + 1) * 32 ** 3)].reverse());
    const x = reversed.map((hu) => (hu + 1024) / 632 - 1);
    const got = await convolve({ from: 1, to: 8, stride: 1, edge: 32, kernel: 3 }, patches, filter, bias);
    assert.ok(largestDifference(got, referenceConv3d(c, x, filter, bias)) < 2e-5);
  });

  /** Four values an item through a unit matrix: ELU alone. */
  const elu = (values: Float32Array) =>
    convolve(
      { from: 4, to: 4, stride: 1, edge: 1, kernel: 1 },
      values,
      Float32Array.from({ length: 16 }, (_, i) => (i % 5 === 0 ? 1 : 0)),
      new Float32Array(4),
    );

  it('computes ELU to the last digits near 0, too', async () => {
    const values = Float32Array.from({ length: 40000 }, (_, i) => -(1.0006 ** (i - 34000)));
    const got = await elu(values);
    const relative = got.map((value, i) => Math.abs(value / Math.expm1(values[i]) - 1));
    assert.ok(relative.every((error) => error < 1e-6));
  });

  it('lets NaN and infinity through', async () => {
    // A unit matrix makes NaN of the others of an item: infinity times 0.
    const [nan, infinite] = [
      await elu(Float32Array.of(NaN, 0, 0, 0)),
      await elu(Float32Array.of(0, Infinity, 0, 0)),
    ];
    assert.ok(Number.isNaN(nan[0]));
    assert.equal(infinite[1], Infinity);
  });

  it('holds as much after many batches as before, and nothing of a network that was disposed of', async () => {
    const backend = webgpuBackend(gpu);
    const tensors = () => backend.memory().tensors;
    const atFirst = tensors();
    const encoder = await backend.buildEncoder(randomNetwork(patchEncoder, 1));
    const graphs = await backend.buildGraphNetwork(randomNetwork(graphNetwork, 1));
    const patch = whole(randomPatches(1, 5));
    const overlapping = () =>
      Promise.all([
        encoder.run([patch], 1),
        graphs.run([lineGraph(60, 1), lineGraph(7, 1)], 2),
        graphs.run([lineGraph(20, 1)], 1),
      ]);
    await overlapping();
    const held = backend.memory();
    for (let i = 0; i < 10; i++) await overlapping();
    for (let i = 0; i < 100; i++) await graphs.run([lineGraph(1 + (i % 60), 1)], 1);
    assert.deepEqual(backend.memory(), held);
    encoder.dispose();
    graphs.dispose();
    assert.equal(tensors() - atFirst, held.tensors - atFirst - 28);
  });

  it('says that memory is short, and goes on with a smaller batch', async (t) => {
    if (!gpu.device.name.includes('SwiftShader'))
      return t.skip('only SwiftShader is known to refuse so soon');
    const tooMuch = () => {
      for (let i = 0; i < 64; i++) gpu.scratch(`test ${i}`, gpu.limits.maxBufferSize / 4);
      return gpu.scratch('test 0', 1);
    };
    await assert.rejects(
      gpu.batch(4, tooMuch, () => assert.fail()),
      { kind: 'resource', code: 'device-memory' },
    );
    assert.ok((await elu(Float32Array.of(1, 2, 3, 4))).every((value, i) => value === i + 1));
  });
});
