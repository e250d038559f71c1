import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { writePhantomAtlas } from '../../../data/phantom/cohort.worker.js';
import { phantomVolume } from '../../../data/phantom/phantom.js';
import { meanToSubject } from '../../../data/phantom/warp.js';
import type { ItemStage, StageEnv } from '../../../src/core/stage.js';
import type { Tensor } from '../../../src/core/tensor.js';
import type { AffineLps, PointLps } from '../../../src/imaging/space/geometry.js';
import type { LungLabels } from '../../../src/imaging/space/volume.js';
import { createWorkerPool } from '../../../src/workers/pool.js';
import { register } from '../../../stages/register/index.js';
import { restored } from '../../imaging/space/plain-reorient.js';
import { temporaryDirectory } from '../../temporary.js';
import { stageEnv, stageTask } from '../../../src/testing/index.js';

interface Given {
  readonly atlasToSubject: AffineLps;
  readonly landmarksLps: Tensor<Float64Array<SharedArrayBuffer>>;
}

const openStage = (atlas: string, env: StageEnv) =>
  register({ atlas: '.', save: [] }).open({ ...env, resolvePath: (path) => join(atlas, path) }) as Promise<
    ItemStage<{ lungs: LungLabels }, Given>
  >;

describe('register', () => {
  const pool = createWorkerPool(2);
  const env = stageEnv({ workers: pool });
  const atlas = temporaryDirectory('register');
  let corners: PointLps[];
  let stage: Awaited<ReturnType<typeof openStage>>;

  before(async () => {
    corners = await writePhantomAtlas(atlas);
    stage = await openStage(atlas, env);
  });
  after(() => pool.close());

  it("finds the phantom's true landmarks, within what an affine can of its smooth deformation", async () => {
    // Measured at 2 mm on subjects 0 to 5: mean 1.5 to 1.7 mm; the phantom's own affine: 1.2 to 1.7 mm.
    const phantom = phantomVolume(4, 0, 3);
    const task = stageTask({ workers: pool });
    const { landmarksLps } = await stage.process({ lungs: restored(phantom.lungs, 'LAS') }, task);
    assert.deepEqual(landmarksLps.shape, [corners.length, 3]);
    const errors = corners.map((corner, i) => {
      const truth = meanToSubject(phantom.truth, corner);
      return Math.hypot(...truth.map((x, axis) => x - landmarksLps.data[3 * i + axis]));
    });
    const mean = errors.reduce((sum, error) => sum + error, 0) / errors.length;
    assert.ok(mean < 2.5 && Math.max(...errors) < 8, `mean ${mean}, most ${Math.max(...errors)} mm`);

    const { facts, flags } = task;
    assert.deepEqual(flags, []);
    assert.deepEqual([...facts.keys()], Object.keys(register.spec.facts!));
    for (const side of ['dice_right', 'dice_left']) assert.ok(Number(facts.get(side)) > 0.9, side);
    assert.ok(Math.abs(Number(facts.get('affine_scale')) - 0.99) < 0.05);
    assert.match(env.provenance.get('atlas_sha256')!, /^[0-9a-f]{64}$/);
  });

  it('gives the same bytes on any number of threads', async () => {
    const { lungs } = phantomVolume(1, 0, 5);
    const alone = createWorkerPool(1);
    const other = await openStage(atlas, stageEnv({ workers: alone }));
    const [a, b, c] = await Promise.all([
      stage.process({ lungs }, stageTask({ workers: pool })),
      stage.process({ lungs }, stageTask({ workers: pool })),
      other.process({ lungs }, stageTask({ workers: alone })),
    ]);
    await alone.close();
    assert.deepEqual(a, b);
    assert.deepEqual(a, c);
  });

  it('flags lungs that fit the atlas poorly', async () => {
    const { lungs } = phantomVolume(2, 0, 5);
    const [nx, ny] = lungs.geometry.size;
    // The lower half of the left lung is lost, as in a large effusion.
    const voxels = lungs.voxels.map((label, i) => (label === 2 && i < nx * ny * 30 ? 0 : label));
    const shared = new Uint8Array(new SharedArrayBuffer(voxels.length));
    shared.set(voxels);
    const task = stageTask({ workers: pool });
    await stage.process({ lungs: { ...lungs, voxels: shared } }, task);
    assert.ok(
      task.flags.some((flag) => /^the left lung fits the atlas poorly: Dice 0\.\d\d$/.test(flag)),
      task.flags.join(),
    );
  });

  it('flags lungs beside which patches would be cut, and a scan stored in another order', async () => {
    const { lungs } = phantomVolume(4, 0, 4);
    const sound = stageTask({ workers: pool });
    await stage.process({ lungs: restored(lungs, 'LAS') }, sound);
    assert.deepEqual(sound.flags, []);
    const share = Number(sound.facts.get('patches_with_lung'));
    assert.ok(share > 0.9 && share <= 1, `${share}`);
    for (const order of ['LPS', 'RAS', 'LPI', 'RPI']) {
      const task = stageTask({ workers: pool });
      await stage.process({ lungs: restored(lungs, order) }, task);
      const { facts, flags } = task;
      const beside = Number(facts.get('patches_with_lung'));
      assert.equal(
        flags[0],
        `the scan is stored ${order}, the atlas LAS: patches are cut beside their landmarks, as by the published scripts`,
      );
      assert.ok(beside < 0.8 * share, `${order}: ${beside} of ${share}`);
      assert.match(flags[1], /^only \d\d % of the patches have lung in them, in the atlas 100 %$/);
    }
  });

  it('refuses a subject without lungs', async () => {
    const { geometry } = phantomVolume(2, 0, 8).lungs;
    const voxels = new Uint8Array(new SharedArrayBuffer(geometry.size.reduce((a, b) => a * b)));
    await assert.rejects(stage.process({ lungs: { voxels, geometry } }, stageTask({ workers: pool })), {
      code: 'lung-missing',
    });
  });

  it('refuses an atlas that is not there', async () => {
    await assert.rejects(openStage(join(atlas, 'elsewhere'), env), { kind: 'pipeline-file' });
  });
});
