/** A user's own encoder on the engine onnx: what it gives, and what is refused before any scan is read. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { Engine, PatchSlice } from '../../src/engine/engine.js';
import { readOnnxModel } from '../../src/networks/onnx-file.js';
import { PATCH_VOXELS } from '../../src/imaging/atlas/atlas.js';
import { encodeOnnxModel, type OnnxShape } from '../../src/formats/onnx-model.js';
import { randomPatches } from '../networks/random-network.js';
import { temporaryDirectory } from '../temporary.js';
import { blockCount, blockMeans, blockMeansModel, type Block } from './block-means.js';
import { relativeDifference } from '../../src/networks/relative-difference.js';
import { onnxAbsent, openOnnx } from './onnxruntime.js';

describe('a user’s own encoder', { skip: onnxAbsent }, () => {
  const dir = temporaryDirectory('user-encoder');
  const block: Block = [16, 8, 4];
  const patches = randomPatches(5, 11);
  let engine: Engine;
  before(async () => (engine = await openOnnx()));
  after(() => engine.dispose());

  const load = async (name: string, bytes: Uint8Array) => {
    writeFileSync(join(dir, name), bytes);
    return engine.loadModel!(await readOnnxModel(join(dir, name), name));
  };
  const expected = Array.from({ length: 5 }, (_, p) => [
    ...blockMeans(patches.subarray(p * PATCH_VOXELS, (p + 1) * PATCH_VOXELS), block),
  ]).flat();
  const slice = (width: number): PatchSlice => ({
    patches,
    features: new Float32Array(new SharedArrayBuffer(4 * 5 * width)),
    from: 0,
    to: 5,
  });

  it('takes patches as the network’s input in z, y, x order, and gives as many features as it will', async () => {
    const model = await load('means.onnx', blockMeansModel(block));
    assert.equal(model.features, blockCount(block));
    assert.equal(model.device, engine.device.name);
    const all = slice(model.features);
    await model.run([all]);
    assert.ok(relativeDifference(all.features, expected) < 1e-6);
    await model.dispose();
  });

  it('fills up the last pass of a model that takes a fixed number of patches', async () => {
    const model = await load('fixed.onnx', blockMeansModel(block, 3));
    const all = slice(model.features);
    await model.run([{ ...all, to: 2 }]);
    await model.run([{ ...all, from: 2 }]);
    assert.ok(relativeDifference(all.features, expected) < 1e-6);
    await model.dispose();
  });

  it('finds the number of features where the file does not tell it', async () => {
    const model = await load('untold.onnx', blockMeansModel([16, 16, 16], 'N', 'F'));
    assert.equal(model.features, 8);
    await model.dispose();
  });

  it('reads what torch.onnx.export leaves beside the model, and counts it into the hash', async () => {
    const path = join(dir, 'scaled.onnx');
    writeFileSync(path, SCALED);
    await assert.rejects(load('scaled.onnx', SCALED), { code: 'model-refused', what: /scaled\.onnx\.data/ });
    const data = Buffer.from(Float32Array.of(3).buffer);
    writeFileSync(`${path}.data`, data);
    const model = await load('scaled.onnx', SCALED);
    const all = slice(model.features);
    await model.run([{ ...all, to: 1 }]);
    const means = blockMeans(patches.subarray(0, PATCH_VOXELS), [8, 8, 8]);
    assert.ok(
      relativeDifference(
        all.features.slice(0, 64),
        means.map((mean) => 3 * mean),
      ) < 1e-6,
    );
    const { sha256 } = await readOnnxModel(path, 'scaled.onnx');
    assert.equal(sha256, createHash('sha256').update(SCALED).update(data).digest('hex'));
  });

  const refusals: readonly (readonly [string, Uint8Array, string, RegExp])[] = [
    ['empty', new Uint8Array(), 'model-refused', /model empty: it is not an ONNX file/],
    ['text', Buffer.from('no model at all\n'), 'model-refused', /model text: it is not an ONNX file/],
    [
      'unknown operator',
      flatModel({ operator: 'Frobnicate' }),
      'model-refused',
      /No Op registered for Frobnicate/,
    ],
    [
      'rank',
      flatModel({ shape: ['N', 32, 32, 32] }),
      'model-shape',
      /takes x: float32 \[N, 32, 32, 32\]; expected one input, float32 \[N, 1, 32, 32, 32\]/,
    ],
    ['size', flatModel({ shape: ['N', 1, 64, 64, 64] }), 'model-shape', /takes x: .*64, 64, 64\]; expected/],
    ['channels', flatModel({ shape: ['N', 3, 32, 32, 32] }), 'model-shape', /takes x: .*\[N, 3, 32/],
    [
      'type',
      flatModel({ type: 'float64' }),
      'model-shape',
      /takes x: float64 \[N, 1, 32, 32, 32\]; expected/,
    ],
    [
      'rank of the output',
      flatModel({ operator: 'Identity', output: ['N', 1, 32, 32, 32] }),
      'model-shape',
      /gives y: float32 \[N, 1, 32, 32, 32\]; expected .*one output, float32 \[N, F\]/,
    ],
    ['two inputs', twoInputs(), 'model-shape', /takes a: float32 .* and b: float32/],
    [
      'number of rows',
      flatModel({ attributes: { axis: 3 } }),
      'model-shape',
      /gives \[32, 1024\] for 1 patch; expected \[1, F\]/,
    ],
  ];
  for (const [name, bytes, code, what] of refusals) {
    it(`refuses a model of another kind: ${name}`, async () => {
      await assert.rejects(load(name, bytes), { kind: 'model', code, what });
    });
  }

  it('refuses a model that takes something over the batch, as one exported in training does', async () => {
    await assert.rejects(load('centred.onnx', CENTRED), {
      kind: 'model',
      code: 'model-mixes-patches',
      remedy: /encoder\.eval\(\)/,
    });
  });

  it('fails the scan for which the model gives another shape', async () => {
    const model = await load('indices.onnx', INDICES);
    await assert.rejects(model.run([{ ...slice(model.features), to: 2 }]), {
      kind: 'model',
      code: 'model-shape',
      what: /its shape depends on the patches/,
    });
    await model.dispose();
  });

  it('says when the file cannot be read', async () => {
    await assert.rejects(readOnnxModel(join(dir, 'none.onnx'), 'none.onnx'), {
      kind: 'model',
      code: 'model-unreadable',
      what: 'The model none.onnx is not there.',
    });
  });
});

interface FlatModel {
  readonly shape?: OnnxShape;
  readonly type?: 'float32' | 'float64';
  readonly operator?: string;
  readonly attributes?: Readonly<Record<string, number>>;
  readonly output?: OnnxShape;
}

/** One operator. */
function flatModel({
  shape = ['N', 1, 32, 32, 32],
  type = 'float32',
  operator = 'Flatten',
  attributes = {},
  output = ['M', 'F'],
}: FlatModel): Uint8Array {
  return encodeOnnxModel({
    inputs: [{ name: 'x', type, shape }],
    outputs: [{ name: 'y', type, shape: output }],
    constants: [],
    nodes: [{ operator, inputs: ['x'], output: 'y', attributes }],
  });
}

function twoInputs(): Uint8Array {
  const shape = ['N', 1, 32, 32, 32];
  return encodeOnnxModel({
    inputs: ['a', 'b'].map((name) => ({ name, type: 'float32', shape })),
    outputs: [{ name: 'y', type: 'float32', shape: ['N', 'F'] }],
    constants: [],
    nodes: [
      { operator: 'Add', inputs: ['a', 'b'], output: 'sum' },
      { operator: 'Flatten', inputs: ['sum'], output: 'y' },
    ],
  });
}

/** Means of 8^3 blocks times a number in another file, `scaled.onnx.data`, as onnx.save_model writes them. */
const SCALED = Buffer.from(
  'CAg66QEKQAoBeBIBcCILQXZlcmFnZVBvb2wqFwoMa2VybmVsX3NoYXBlQAhACEAIoAEHKhIKB3N0cmlkZXNACEAIQAigAQcKEgoBcAoFc2NhbGUSAW0iA011' +
    'bAoPCgFtEgF5IgdGbGF0dGVuEgFnKkUIARABQgVzY2FsZWocCghsb2NhdGlvbhIQc2NhbGVkLm9ubnguZGF0YWoLCgZvZmZzZXQSATBqCwoGbGVuZ3RoEgE0' +
    'cAFaIAoBeBIbChkIARIVCgMSAU4KAggBCgIIIAoCCCAKAgggYhQKAXkSDwoNCAESCQoDEgFOCgIIQEIECgAQDQ==',
  'base64',
);

/** Block means, less their mean over the batch. */
const CENTRED = encodeOnnxModel({
  inputs: [{ name: 'patches', type: 'float32', shape: [4, 1, 32, 32, 32] }],
  outputs: [{ name: 'centred', type: 'float32', shape: [4, 8] }],
  constants: [],
  nodes: [
    {
      operator: 'AveragePool',
      inputs: ['patches'],
      output: 'pooled',
      attributes: { kernel_shape: [16, 16, 16], strides: [16, 16, 16] },
    },
    { operator: 'Flatten', inputs: ['pooled'], output: 'means' },
    { operator: 'ReduceMean', inputs: ['means'], output: 'mean', attributes: { axes: [0], keepdims: 1 } },
    { operator: 'Sub', inputs: ['means', 'mean'], output: 'centred' },
  ],
});

/** Of two patches, where they are not air: as many numbers as there are such voxels. */
const INDICES = encodeOnnxModel({
  inputs: [{ name: 'patches', type: 'float32', shape: [2, 1, 32, 32, 32] }],
  outputs: [{ name: 'indices', type: 'float32', shape: ['rows', 'F'] }],
  constants: [{ name: 'one', shape: [1], data: Float32Array.of(1) }],
  nodes: [
    { operator: 'Flatten', inputs: ['patches'], output: 'flat' },
    { operator: 'Add', inputs: ['flat', 'one'], output: 'tissue' },
    { operator: 'NonZero', inputs: ['tissue'], output: 'found' },
    { operator: 'Cast', inputs: ['found'], output: 'indices', attributes: { to: 1 } },
  ],
});
