import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { pipeline } from '../../src/core/pipeline.js';
import type { ItemStage, Stage, StageEnv } from '../../src/core/stage.js';
import type { Tensor } from '../../src/core/tensor.js';
import { indexToPoint, type Geometry } from '../../src/imaging/space/geometry.js';
import type { CtVolume } from '../../src/imaging/space/volume.js';
import { createWorkerPool } from '../../src/workers/pool.js';
import { patch } from '../../stages/patch/index.js';
import { resample } from '../../stages/resample/index.js';
import { stageTask } from '../../src/testing/index.js';

const workers = createWorkerPool(2);
after(() => workers.close());

type Landmarks = Tensor<Float64Array<SharedArrayBuffer>>;
async function run<N extends object, G extends object>(stage: Stage<N, G>, inputs: N, jobs = 1) {
  const task = stageTask({ workers });
  const { facts, flags } = task;
  const open = await stage.open({ workers, jobs } as unknown as StageEnv);
  const gives = await (open as ItemStage<N, G>).process(inputs, task);
  assert.deepEqual(Object.keys(gives), Object.keys(stage.gives));
  assert.deepEqual([...facts.keys()], Object.keys(stage.facts));
  return { gives, facts, flags };
}

async function patchesOf(ct: CtVolume, landmarksLps: Landmarks, jobs = 1) {
  const { isoCt } = (await run(resample(), { ct, landmarksLps }, jobs)).gives;
  return { isoCt, ...(await run(patch(), { isoCt, landmarksLps })) };
}

/** 1 mm voxels with whole HU: resampling gives them back, so that every patch voxel is known. */
const geometry: Geometry = {
  size: [70, 60, 221],
  spacing: [1, 1, 1],
  origin: [-20, 30, -400],
  direction: [1, 0, 0, 0, -1, 0, 0, 0, 1],
};
const hu = (x: number, y: number, z: number) => ((x * 7 + y * 13 + z * 5) % 1200) - 1000;
const voxels = new Int16Array(new SharedArrayBuffer(2 * 70 * 60 * 221));
voxels.forEach((_, i) => (voxels[i] = hu(i % 70, Math.floor(i / 70) % 60, Math.floor(i / 4200))));
const ct: CtVolume = { voxels, geometry };

/** Landmarks at (fractional) voxels of the scan. */
function landmarks(...indices: [number, number, number][]): Landmarks {
  const data = new Float64Array(new SharedArrayBuffer(24 * indices.length));
  data.set(indices.flatMap((index) => [...indexToPoint(geometry, index)]));
  return { data, shape: [indices.length, 3] };
}

describe('resample and patch', () => {
  it('compose after a stage that gives the CT and landmarks, and free the volumes', () => {
    const source = resample() as unknown as Stage<
      Record<never, never>,
      { ct: CtVolume; landmarksLps: Landmarks },
      never
    >;
    const { stages } = pipeline(source).pipe(resample()).pipe(patch());
    assert.deepEqual(
      stages.slice(1).map((stage) => stage.drops),
      [['ct'], ['isoCt']],
    );
  });

  it("cut the scan's own voxels at the landmarks", async () => {
    const { gives, isoCt, facts } = await patchesOf(
      ct,
      landmarks([10.2, 20, 30], [36, 19.6, 30.4], [-8, 3, 180]),
    );
    assert.deepEqual(gives.patches.shape, [3, 32, 32, 32]);
    assert.deepEqual([...gives.corners.data], [70, 80, 90, 96, 80, 90, 52, 63, 240]);
    assert.deepEqual(
      [isoCt.lowXyz, isoCt.grid.size],
      [
        [60, 63, 90],
        [190, 180, 340],
      ],
    );
    assert.deepEqual(isoCt.box.geometry.size, [68, 49, 182]);
    const patchHu = (p: number, x: number, y: number, z: number) =>
      gives.patches.data[x + 32 * (y + 32 * (z + 32 * p))];
    for (const [x, y, z] of [
      [0, 0, 0],
      [31, 0, 0],
      [0, 31, 0],
      [0, 0, 31],
      [17, 5, 23],
    ]) {
      // Whole values stand at nodes: rounding noise may cut one off to the next whole number towards zero, as in ITK.
      const off = Math.min(240, hu(10 + x, 20 + y, 30 + z)) - patchHu(0, x, y, z);
      assert.ok(Math.abs(off) <= 1, `off by ${off}`);
    }
    assert.equal(patchHu(2, 7, 0, 0), -1024, 'padding');
    assert.notEqual(patchHu(2, 8, 0, 0), -1024);
    assert.equal(facts.get('filled_voxels'), 0);
    assert.equal(facts.get('graph_edges'), 1);
    assert.equal(gives.adjacency.data[1], (6 * 32 * 32) / 32 ** 3);
  });

  it('give the same bytes however many threads share a scan', async () => {
    const marks = landmarks([0, 0, 0], [30, 20, 100], [35, 25, 185]);
    const [alone, shared] = [await patchesOf(ct, marks, 2), await patchesOf(ct, marks, 1)];
    assert.deepEqual(shared.isoCt.box.voxels, alone.isoCt.box.voxels);
    assert.deepEqual(shared.gives.patches.data, alone.gives.patches.data);
  });

  it('keep a float32 scan unrounded until patches are cut', async () => {
    const half = new Float32Array(new SharedArrayBuffer(4 * voxels.length));
    half.set(voxels.map((value) => value / 2));
    half.forEach((value, i) => (half[i] = value + 0.25));
    const { isoCt, gives } = await patchesOf({ voxels: half, geometry }, landmarks([10, 20, 30]));
    assert.ok(isoCt.box.voxels instanceof Float32Array);
    assert.ok(Math.abs(isoCt.box.voxels[0] - (hu(10, 20, 30) / 2 + 0.25)) < 1e-4);
    assert.equal(gives.patches.data[0], Math.round(hu(10, 20, 30) / 2 + 0.25));
  });

  it('flag patches outside the scan and a graph that falls apart', async () => {
    const { facts, flags } = await patchesOf(ct, landmarks([0, 0, 0], [0, 0, 300]));
    assert.equal(facts.get('filled_voxels'), 32 ** 3);
    assert.deepEqual(flags, [
      '50.0 % of the patch voxels lay outside the scan and were filled with air',
      'the graph has only 0 edges among 2 patches: neighbours overlap too little to be joined',
    ]);
  });

  it('refuse a subject none of whose landmarks lie in the scan, and a scan too small', async () => {
    await assert.rejects(patchesOf(ct, landmarks([900, 0, 0])), { kind: 'input', code: 'landmarks-outside' });
    const slab: CtVolume = { voxels, geometry: { ...geometry, size: [70, 60, 3] } };
    await assert.rejects(patchesOf(slab, landmarks([0, 0, 0])), { kind: 'input', code: 'scan-too-small' });
  });
});
