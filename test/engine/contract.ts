/** What every engine keeps to, whatever its library and device. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, describe, it } from 'node:test';
import type { Engine, Graph, LoadedNetwork, PatchSlice } from '../../src/engine/engine.js';
import { graphNetwork } from '../../src/networks/graph-network.js';
import { PATCH_VOXELS } from '../../src/imaging/atlas/atlas.js';
import { FEATURES, patchEncoder } from '../../src/networks/patch-encoder.js';
import { relativeDifference, TOLERANCE } from '../../src/networks/relative-difference.js';
import type { Weights } from '../../src/networks/weights.js';
import { randomNetwork, randomPatches } from '../networks/random-network.js';
import { emptyGraph, lineGraph, room, whole } from './slices-and-graphs.js';

/** Where an engine comes from, or why it cannot be had here. */
export type Opener = { readonly open: () => Promise<Engine> } | { readonly skip: string };

/** @param batch patches that are run at once: fewer where a pass takes seconds, as on a GPU that software imitates */
export function engineContract(title: string, opener: Opener, batch = 9): void {
  describe(`engine ${title}`, { skip: 'skip' in opener && opener.skip }, () => {
    if ('skip' in opener) return;
    let engine: Engine;
    before(async () => (engine = await opener.open()));
    after(() => engine.dispose());
    describe('patch encoder', () => encoderContract(() => engine, batch));
    describe('graph network', () => graphContract(() => engine));

    it('is there again after it was disposed of, and a second time beside itself', async () => {
      const slice = whole(randomPatches(1, 3));
      const run = async (one: Engine) => {
        const encoder = await one.loadEncoder(randomNetwork(patchEncoder, 9));
        await encoder.run([slice]);
        await encoder.dispose();
        return slice.features.slice();
      };
      const first = await run(engine);
      const beside = await opener.open();
      assert.deepEqual(await run(beside), first);
      await beside.dispose();
      assert.deepEqual(await run(engine), first);
    });
  });
}

function encoderContract(engine: () => Engine, batch: number): void {
  const weights = randomNetwork(patchEncoder, 5);
  let encoder: LoadedNetwork<PatchSlice>;
  before(async () => (encoder = await engine().loadEncoder(weights)));
  after(() => encoder.dispose());

  it('agrees with PyTorch (golden of bench/peers/encoder_torch.py)', async () => {
    const golden = await readGolden<EncoderGolden>('golden-encoder-torch.json');
    const slice = whole(randomPatches(golden.features.length, golden.patchSeed));
    const network = await engine().loadEncoder(randomNetwork(patchEncoder, golden.networkSeed));
    await network.run([slice]);
    await network.dispose();
    assert.ok(relativeDifference(slice.features, golden.features.flat()) < TOLERANCE);
  });

  it('gives each patch the same bits whatever batch and place it comes in', async () => {
    const together = whole(randomPatches(batch, 31));
    await encoder.run([together]);
    const apart = { ...together, features: room(batch) };
    const middle = batch >> 1;
    for (const [from, to] of [
      [batch - 1, batch],
      [0, 1],
      [1, middle],
      [middle, batch - 1],
    ]) {
      await encoder.run([{ ...apart, from, to }]);
    }
    assert.deepEqual(apart.features, together.features);
    const mixed = [
      { ...together, features: room(batch), from: middle, to: batch - 1 },
      { ...whole(randomPatches(2, 37)), from: 1, to: 2 },
      { ...together, features: room(batch), from: 0, to: 2 },
    ];
    await encoder.run(mixed);
    for (const { features, from, to } of [mixed[0], mixed[2]]) {
      const part = (all: Float32Array) => all.slice(from * FEATURES, to * FEATURES);
      assert.deepEqual(part(features), part(together.features));
    }
  });

  it('writes nothing outside its slice, and nothing for an empty batch', async () => {
    const slice = { ...whole(randomPatches(3, 41)), from: 1, to: 2 };
    slice.features.fill(7);
    await encoder.run([]);
    await encoder.run([{ ...slice, from: 2, to: 2 }]);
    assert.ok(slice.features.every((value) => value === 7));
    await encoder.run([slice]);
    assert.ok(slice.features.every((value, i) => (value === 7) === (i < FEATURES || i >= 2 * FEATURES)));
  });

  it('keeps a patch that overflows out of its neighbours', async () => {
    const patches = randomPatches(3, 43);
    const largest = async (slice: PatchSlice) => {
      await encoder.run([slice]);
      return Math.max(...slice.features);
    };
    const ordinary = await largest(whole(patches.slice(0, PATCH_VOXELS)));
    const contrasted = patches.slice(PATCH_VOXELS, 2 * PATCH_VOXELS).map((hu) => 50 * (hu + 392));
    const extreme = await largest(whole(contrasted));
    assert.ok(extreme > 8 * ordinary);
    // Between them, in powers, lies the largest float32.
    const network = await engine().loadEncoder(scaled(weights, 3.4e38 / Math.sqrt(ordinary * extreme)));
    const sound = whole(patches);
    await network.run([sound]);
    assert.ok(sound.features.every(Number.isFinite));
    const mixed = patches.slice();
    mixed.set(contrasted, PATCH_VOXELS);
    const broken = whole(mixed);
    await network.run([broken]);
    await network.dispose();
    const of = ({ features }: PatchSlice, patch: number) =>
      features.slice(patch * FEATURES, (patch + 1) * FEATURES);
    assert.ok(!of(broken, 1).every(Number.isFinite));
    for (const neighbour of [0, 2]) assert.deepEqual(of(broken, neighbour), of(sound, neighbour));
  });

  it('runs batches that overlap, of several networks', async () => {
    const other = await engine().loadEncoder(randomNetwork(patchEncoder, 6));
    const patches = randomPatches(2, 47);
    const run = async (network: LoadedNetwork<PatchSlice>) => {
      const slice = whole(patches);
      await network.run([slice]);
      return slice.features;
    };
    const inTurn = [await run(encoder), await run(other), await run(encoder)];
    assert.notDeepEqual(inTurn[0], inTurn[1]);
    assert.deepEqual(await Promise.all([encoder, other, encoder].map(run)), inTurn);
    await other.dispose();
  });
}

function graphContract(engine: () => Engine): void {
  const weights = randomNetwork(graphNetwork, 3);
  let network: LoadedNetwork<Graph>;
  before(async () => (network = await engine().loadGraphNetwork(weights)));
  after(() => network.dispose());

  it('agrees with PyTorch Geometric (golden of bench/peers/graph_geometric.py)', async () => {
    const golden = await readGolden<GraphGolden>('golden-graph-geometric.json');
    const published = await engine().loadGraphNetwork(randomNetwork(graphNetwork, golden.networkSeed));
    for (const { name, nodes, entries, embedding } of golden.cases) {
      const graph = emptyGraph(nodes, golden.nodeSeed);
      for (const [source, target, overlap] of entries) graph.adjacency[source * nodes + target] = overlap;
      await published.run([graph]);
      assert.ok(relativeDifference(graph.embedding, embedding) < TOLERANCE, name);
    }
    await published.dispose();
  });

  it('gives each graph the same bits whatever batch and place it comes in', async () => {
    const sizes = [1, 2, 60, 60, 581, 60];
    const together = sizes.map((nodes, i) => lineGraph(nodes, i));
    await network.run(together);
    const apart = sizes.map((nodes, i) => lineGraph(nodes, i));
    for (const graph of apart) await network.run([graph]);
    const backwards = sizes.map((nodes, i) => lineGraph(nodes, i));
    await network.run(backwards.toReversed());
    for (const [i, { embedding }] of together.entries()) {
      assert.ok(embedding.some((value) => value !== 0));
      assert.deepEqual(apart[i].embedding, embedding);
      assert.deepEqual(backwards[i].embedding, embedding);
    }
    await network.run([]);
  });

  it('keeps one subject’s NaN out of the others of its batch', async () => {
    const [sound, broken] = [lineGraph(20, 1), lineGraph(20, 2)];
    await network.run([sound]);
    const alone = sound.embedding.slice();
    broken.features[5 * FEATURES] = NaN;
    await network.run([broken, sound]);
    assert.ok(broken.embedding.some(Number.isNaN));
    assert.deepEqual(sound.embedding.slice(), alone);
  });
}

/** The same network, its features so many times as large where they are positive. */
function scaled(weights: Weights, factor: number): Weights {
  const parameters = { ...weights.parameters };
  for (const name of ['bn4.weight', 'bn4.bias']) {
    const { data, shape } = parameters[name];
    const larger = new Float32Array(new SharedArrayBuffer(data.byteLength));
    larger.set(data.map((value) => value * factor));
    parameters[name] = { data: larger, shape };
  }
  return { ...weights, sha256: `${weights.sha256} times ${factor}`, parameters };
}

interface EncoderGolden {
  readonly networkSeed: number;
  readonly patchSeed: number;
  readonly features: readonly number[][];
}

interface GraphGolden {
  readonly networkSeed: number;
  readonly nodeSeed: number;
  readonly cases: readonly {
    readonly name: string;
    readonly nodes: number;
    readonly entries: readonly (readonly [source: number, target: number, overlap: number])[];
    readonly embedding: readonly number[];
  }[];
}

async function readGolden<T>(file: string): Promise<T> {
  const url = new URL(`../../../test/engine/${file}`, import.meta.url);
  return JSON.parse(await readFile(url, 'utf8')) as T;
}
