import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { Architecture, Parameters } from '../../src/networks/architecture.js';
import { patchEncoder } from '../../src/networks/patch-encoder.js';
import { graphNetwork } from '../../src/networks/graph-network.js';
import { writeSafetensors } from '../../src/formats/safetensors.js';
import { loadWeights } from '../../src/networks/weights.js';
import { legacyCheckpoint, zipCheckpoint } from '../formats/torch/checkpoint-assembler.js';
import { whole } from '../formats/torch/zip-assembler.js';
import { randomNetwork } from './random-network.js';
import { temporaryDirectory } from '../temporary.js';

/** A matrix of 128 x 128. */
function transposed(from: Float32Array): Float32Array<SharedArrayBuffer> {
  const to = new Float32Array(new SharedArrayBuffer(4 * 128 * 128));
  for (let i = 0; i < 128; i++) for (let o = 0; o < 128; o++) to[o * 128 + i] = from[i * 128 + o];
  return to;
}

describe('weights', () => {
  const dir = temporaryDirectory('weights');

  const { parameters } = randomNetwork(patchEncoder, 1);
  const graph = randomNetwork(graphNetwork, 1).parameters;
  const load = async (stored: Parameters, architecture: Architecture = patchEncoder) => {
    await writeFile(join(dir, 'w.safetensors'), writeSafetensors(Object.entries(stored)));
    return loadWeights('w.safetensors', architecture, (path) => join(dir, path));
  };
  const prefixed = (prefix: string, stored: Parameters): Parameters =>
    Object.fromEntries(Object.entries(stored).map(([name, tensor]) => [prefix + name, tensor]));
  const numbers = (of: Parameters, name: string) => [...of[name].data];

  it('come from a file with the checkpoint’s names, with or without its prefix', async () => {
    for (const prefix of ['', 'module.encoder_q.', 'encoder.']) {
      const loaded = await load(prefixed(prefix, parameters));
      assert.deepEqual(Object.keys(loaded.parameters), Object.keys(patchEncoder.parameters));
      assert.deepEqual(
        numbers(loaded.parameters, 'downsample2.3.weight'),
        numbers(parameters, 'downsample2.3.weight'),
      );
      assert.match(loaded.sha256, /^[0-9a-f]{64}$/);
      assert.equal(loaded.seed, undefined);
    }
  });

  it('of both networks may share a file', async () => {
    const both = { ...prefixed('encoder.', parameters), ...prefixed('graph.', graph) };
    assert.deepEqual(numbers((await load(both)).parameters, 'conv1.bias'), numbers(parameters, 'conv1.bias'));
    const loaded = await load(both, graphNetwork);
    assert.deepEqual(numbers(loaded.parameters, 'conv1.weight'), numbers(graph, 'conv1.weight'));
  });

  it('take PyTorch Geometric’s newer spelling, which is transposed', async () => {
    const { 'conv1.weight': old, ...others } = graph;
    const loaded = await load(
      { ...others, 'conv1.lin.weight': { data: transposed(old.data), shape: [128, 128] } },
      graphNetwork,
    );
    assert.deepEqual(numbers(loaded.parameters, 'conv1.weight'), [...old.data]);
  });

  it('ignore the pre-training head', async () => {
    const head = { data: new Float32Array(new SharedArrayBuffer(8)), shape: [2] };
    await load({ ...parameters, 'fc.0.bias': head, 'bn1.num_batches_tracked': head });
  });

  it('that do not fit are refused with every problem named', async () => {
    const others = Object.fromEntries(Object.entries(parameters).filter(([name]) => name !== 'conv2.bias'));
    const wrong = {
      ...others,
      'conv9.bias': parameters['conv1.bias'],
      'bn4.bias': parameters['bn1.bias'],
      'bn3.weight': { data: graph['conv1.bias'].data.map(() => NaN) as never, shape: [128] },
      'bn2.running_var': { data: parameters['bn2.bias'].data.map(() => -1) as never, shape: [8] },
    };
    const mismatch = (problem: RegExp) => ({ kind: 'model', code: 'weights-mismatch', what: problem });
    await assert.rejects(load(wrong), mismatch(/missing: conv2\.bias/));
    await assert.rejects(load(wrong), mismatch(/unexpected: conv9\.bias/));
    await assert.rejects(load(wrong), mismatch(/bn4\.bias is \[8\], not \[128\]/));
    await assert.rejects(load(wrong), mismatch(/bn3\.weight holds NaN/));
    await assert.rejects(load(wrong), mismatch(/bn2\.running_var is negative/));
    await assert.rejects(load(graph), mismatch(/does not fit the patch encoder/));
  });

  it('that are not there are a typed error', async () => {
    const ask = loadWeights('none.safetensors', patchEncoder, (path) => join(dir, path));
    await assert.rejects(ask, {
      kind: 'model',
      code: 'weights-unreadable',
      what: /none\.safetensors is not there/,
    });
    await assert.rejects(
      loadWeights('.', patchEncoder, () => dir),
      { code: 'weights-unreadable' },
    );
  });

  it(
    'that are no regular file are a typed error, at once',
    { skip: process.platform === 'win32' },
    async () => {
      const pipe = join(dir, 'pipe');
      assert.equal(spawnSync('mkfifo', [pipe]).status, 0);
      for (const path of [pipe, '/dev/zero'])
        await assert.rejects(
          loadWeights('x', patchEncoder, () => path),
          { kind: 'model', code: 'weights-unreadable' },
        );
    },
  );

  it('come from a checkpoint in either format, told by its bytes, as from safetensors', async () => {
    const path = join(dir, 'named.safetensors');
    const from = async (bytes: Buffer, architecture: Architecture) => {
      await writeFile(path, bytes);
      return (await loadWeights(path, architecture, (it) => it)).parameters;
    };
    const { 'conv1.weight': old, ...others } = graph;
    const turned = { data: transposed(old.data), shape: [128, 128] };
    for (const write of [
      (of: Parameters) => whole(zipCheckpoint({}, of)),
      (of: Parameters) => legacyCheckpoint({}, of),
    ]) {
      assert.deepEqual(await from(write(parameters), patchEncoder), parameters);
      assert.deepEqual(await from(write(graph), graphNetwork), graph);
      assert.deepEqual(await from(write({ ...others, 'conv1.lin.weight': turned }), graphNetwork), graph);
      await assert.rejects(from(write(graph), patchEncoder), { code: 'weights-mismatch' });
    }
  });

  it('in both spellings at once are refused', async () => {
    const twice = { ...graph, 'conv1.lin.weight': graph['conv1.weight'] };
    await assert.rejects(load(twice, graphNetwork), { what: /conv1\.weight is there in two spellings/ });
  });

  it('of a seed are the same everywhere', async () => {
    const untrained = (seed: number) => loadWeights({ seed }, patchEncoder, (path) => path);
    const [a, b, other] = [await untrained(0), await untrained(0), await untrained(1)];
    assert.equal(a.sha256, b.sha256);
    assert.notEqual(a.sha256, other.sha256);
    assert.equal(a.seed, 0);
    const { 'conv1.weight': conv1, 'bn1.running_var': variance } = a.parameters;
    assert.ok(variance.data.every((v) => v === 1));
    const bound = Math.sqrt(6 / 27);
    assert.ok(conv1.data.every((w) => Math.abs(w) <= bound));
    assert.ok(conv1.data.some((w) => Math.abs(w) > 0.9 * bound));
  });
});
