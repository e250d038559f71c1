import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { BatchStage, OpenStage, Task } from '../../src/core/stage.js';
import { PATCH_VOXELS } from '../../src/imaging/atlas/atlas.js';
import { FEATURES } from '../../src/networks/patch-encoder.js';
import { createWorkerPool } from '../../src/workers/pool.js';
import { aggregate } from '../../stages/aggregate/index.js';
import { encode } from '../../stages/encode/index.js';
import { randomPatches } from '../networks/random-network.js';
import { type TestEnv, stageEnv } from '../../src/testing/index.js';

const task = {} as Task; // neither stage asks anything of it
const { signal } = new AbortController();
const untrained = { weights: { seed: 0 }, engine: 'wasm' } as const; // on a machine with a GPU, too

function batchOf<N, G>(stage: OpenStage<N, G>): BatchStage<N, G, unknown>['batch'] {
  assert.ok('batch' in stage);
  return stage.batch;
}
const patchTensor = (count: number, seed: number) => ({
  patches: { data: randomPatches(count, seed), shape: [count, 32, 32, 32] },
});
const line = (count: number) => {
  const data = new Float64Array(new SharedArrayBuffer(8 * count * count));
  for (let i = 0; i < count; i++)
    for (let j = 0; j < count; j++) data[i * count + j] = Math.max(0, 1 - Math.abs(i - j) / 2);
  return { data, shape: [count, count] };
};

describe('encode and aggregate', () => {
  const workers = createWorkerPool(2);
  after(() => workers.close());
  let env: TestEnv;
  before(() => (env = stageEnv({ workers })));

  it('say that the network is untrained and which engine runs, once, and record both', async () => {
    const stages = [await encode(untrained).open(env), await aggregate(untrained).open(env)];
    assert.equal(env.notices.filter((notice) => notice.includes('untrained')).length, 2);
    assert.equal(env.notices.filter((notice) => notice.startsWith('Engine wasm (CPU): ')).length, 1);
    for (const recorded of ['engine', 'graph_engine']) {
      assert.equal(env.provenance.get(recorded), 'wasm');
      assert.equal(env.provenance.get(`${recorded}_device`), 'CPU');
    }
    assert.equal(env.provenance.get('weights'), 'untrained, seed 0');
    assert.equal(env.provenance.get('graph_weights'), 'untrained, seed 0');
    assert.match(env.provenance.get('weights_sha256')!, /^[0-9a-f]{64}$/);
    assert.deepEqual(
      stages.map(({ lane }) => lane),
      ['cpu', 'cpu'],
    );
    for (const stage of stages) await stage.close?.('complete');
  });

  it('turn the patches of several scans into the same vectors whatever the batches', async () => {
    const scans = [patchTensor(5, 1), patchTensor(9, 2)];
    const [nodes, graph] = [
      batchOf(await encode(untrained).open(env)),
      batchOf(await aggregate(untrained).open(env)),
    ];
    const embeddings = async (cuts: readonly number[]) => {
      const states = scans.map((inputs) => nodes.begin(inputs));
      const slices = scans.flatMap((inputs, s) =>
        [0, ...cuts].map((from, c) => ({
          inputs,
          state: states[s],
          from,
          to: cuts[c] ?? nodes.units(inputs),
        })),
      );
      await nodes.run(slices.slice(0, 2), workers, signal);
      await nodes.run(slices.slice(2), workers, signal);
      const features = scans.map((inputs, s) => nodes.finish(inputs, states[s], task));
      assert.deepEqual(features[1].nodes.shape, [9, FEATURES]);
      const subjects = features.map((f) => ({ ...f, adjacency: line(f.nodes.shape[0]) }));
      const vectors = subjects.map((inputs) => ({ inputs, state: graph.begin(inputs), from: 0, to: 1 }));
      await graph.run(vectors, workers, signal);
      return vectors.map(({ inputs, state }) => [...graph.finish(inputs, state, task).embedding.data]);
    };
    const [first, second] = [await embeddings([3]), await embeddings([1, 2, 4])];
    assert.deepEqual(first, second);
    assert.notDeepEqual(first[0], first[1]);
    assert.equal(first[0].length, FEATURES);
  });

  it('do not let one subject’s NaN reach another, and name it', async () => {
    const graph = batchOf(await aggregate(untrained).open(env));
    const subjects = [NaN, 1].map((value) => {
      const data = new Float32Array(new SharedArrayBuffer(4 * 3 * FEATURES)).fill(value);
      return { nodes: { data, shape: [3, FEATURES] }, adjacency: line(3) };
    });
    const slices = subjects.map((inputs) => ({ inputs, state: graph.begin(inputs), from: 0, to: 1 }));
    await graph.run(slices, workers, signal);
    assert.throws(() => graph.finish(slices[0].inputs, slices[0].state, task), {
      code: 'embedding-not-finite',
    });
    assert.ok(graph.finish(slices[1].inputs, slices[1].state, task).embedding.data.every(Number.isFinite));
  });

  it('refuse patches and graphs of another shape', async () => {
    const nodes = batchOf(await encode(untrained).open(env));
    const data = new Int16Array(new SharedArrayBuffer(2 * PATCH_VOXELS));
    assert.throws(() => nodes.begin({ patches: { data, shape: [8, 16, 16, 16] } }), {
      code: 'patches-shape',
    });
    const graph = batchOf(await aggregate(untrained).open(env));
    const features = new Float32Array(new SharedArrayBuffer(4 * 2 * FEATURES));
    const inputs = { nodes: { data: features, shape: [2, FEATURES] }, adjacency: line(3) };
    assert.throws(() => graph.begin(inputs), { code: 'graph-shape' });
  });

  it('agree on the features of a patch before any scan is read', async () => {
    const opened = await encode(untrained).open(env);
    assert.deepEqual(opened.shapes, { nodes: [undefined, FEATURES] });
    const graph = await aggregate(untrained).open({ ...env, shapes: opened.shapes });
    await graph.close?.('complete');
    const others = { ...env, shapes: { nodes: [undefined, 64] } };
    await assert.rejects(async () => aggregate(untrained).open(others), {
      kind: 'pipeline-file',
      code: 'features-number',
      what: /gives 64 features a patch; the graph network takes 128/,
    });
  });

  it('take the batch size that the user sets, and refuse what they do not know', async () => {
    assert.equal(batchOf(await encode({ ...untrained, batch: 5 }).open(env)).size, 5);
    assert.throws(() => encode({ ...untrained, batch: 0 }));
    assert.throws(() => encode({ weights: { seed: -1 } }));
    assert.throws(() => encode({ ...untrained, speed: 'fast' } as never));
    await assert.rejects(encode({ ...untrained, engine: 'node-gpu' }).open(env), {
      code: 'engine-not-installed',
    });
  });
});
