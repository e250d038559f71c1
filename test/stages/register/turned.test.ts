import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { writePhantomAtlas } from '../../../data/phantom/cohort.worker.js';
import { phantomVolume } from '../../../data/phantom/phantom.js';
import type { LungflowError } from '../../../src/core/errors.js';
import type { ItemStage } from '../../../src/core/stage.js';
import type { Geometry } from '../../../src/imaging/space/geometry.js';
import type { LungLabels } from '../../../src/imaging/space/volume.js';
import { createWorkerPool } from '../../../src/workers/pool.js';
import { register } from '../../../stages/register/index.js';
import { restored } from '../../imaging/space/plain-reorient.js';
import { temporaryDirectory } from '../../temporary.js';
import { exchanged, LIES, mirroredHeader, swappedHeader } from '../lying-header.js';
import { stageEnv, stageTask } from '../../../src/testing/index.js';

describe('register, where the scan lies otherwise than its header says', () => {
  const pool = createWorkerPool(2);
  const atlas = temporaryDirectory('register-turned');
  const lungs = restored(phantomVolume(4, 11, 5).lungs, 'LAS');
  let stage: ItemStage<{ lungs: LungLabels }, object>;
  before(async () => {
    await writePhantomAtlas(atlas);
    stage = (await register({ atlas, save: [] }).open(stageEnv({ workers: pool }))) as typeof stage;
  });
  after(() => pool.close());

  /** Flags, or where registration fails the remedy. */
  async function said(geometry: Geometry, labels = lungs): Promise<string> {
    const task = stageTask({ workers: pool });
    try {
      await stage.process({ lungs: { ...labels, geometry } }, task);
    } catch (error) {
      assert.equal((error as LungflowError).code, 'registration-failed');
      return (error as LungflowError).remedy;
    }
    return task.flags.join('; ');
  }
  const sideways = exchanged(lungs);

  for (const [lie, cause] of [
    [
      'z',
      /this scan may be stored upside down \(head and feet exchanged\): the atlas turned likewise fits better, Dice 0\.\d\d, not 0\.\d\d/,
    ],
    ['yz', /this scan may be stored upside down .* and stored front to back .*: the atlas turned likewise/],
    ['xyz', /this scan may be stored upside down .*: the atlas turned likewise/],
  ] as const)
    it(`names the cause: ${lie}`, async () => {
      const labels = lie.startsWith('x') ? sideways : lungs;
      assert.match(await said(mirroredHeader(lungs.geometry, LIES[lie]), labels), cause);
    });

  it('names swapped axes, and blames no spacing', async () => {
    const flags = await said(swappedHeader(lungs.geometry, 1, 2));
    assert.match(flags, /this scan may have its axes swapped \(front-back and head-feet\): the atlas turned/);
    assert.doesNotMatch(flags, /spacing/);
  });

  it('flags slices that are labelled nearer than they are', async () => {
    const spaced = (z: number): Geometry => ({ ...lungs.geometry, spacing: [5, 5, z] });
    assert.equal(await said(lungs.geometry), '');
    assert.match(
      await said(spaced(5 * 0.4)),
      /^the lungs are 0\.[34]\d times as long from head to feet as their other two sizes tell: check the voxel spacing$/,
    );
    assert.match(await said(spaced(5 * 2.5)), /2\.\d\d times as long from head to feet/);
    assert.equal(await said(spaced(5 * 0.8)), ''); // breathed out
  });
});
