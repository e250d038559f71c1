/** The same scan, stored in any of 48 orders, goes through the stages to the same bytes. */
import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { phantomAtlas } from '../../data/phantom/atlas.js';
import { phantomVolume } from '../../data/phantom/phantom.js';
import { fileSource } from '../../src/core/image-source.js';
import type { ItemStage, Stage } from '../../src/core/stage.js';
import { readNifti } from '../../src/formats/nifti/index.js';
import { writeAtlas } from '../../src/store/write-atlas.js';
import { writeNifti } from '../../src/store/write-nifti.js';
import { STORAGE_ORDERS } from '../../src/imaging/space/storage-order.js';
import type { CtVolume } from '../../src/imaging/space/volume.js';
import { createWorkerPool } from '../../src/workers/pool.js';
import { load, patch, preview, register, resample, segment } from '../../stages/index.js';
import { restored } from '../imaging/space/plain-reorient.js';
import { temporaryDirectory } from '../temporary.js';
import { stageEnv, stageTask, subjectOf } from '../../src/testing/index.js';

describe('storage order', () => {
  const pool = createWorkerPool(2);
  after(() => pool.close());
  const [directory, atlas] = ['orders', 'orders-atlas'].map(temporaryDirectory);
  const image = join(directory, 'ct.nii');
  /** As a file in the atlas's order holds it. */
  let stored: CtVolume;

  before(async () => {
    // A dozen patches are enough: they lie all over the lungs.
    const { lungs, cornersXyz, count } = phantomAtlas();
    const rows = Array.from({ length: 12 }, (_, i) => Math.floor((i * count) / 12));
    const some = new Int32Array(new SharedArrayBuffer(4 * 36));
    some.set(rows.flatMap((row) => [...cornersXyz.subarray(3 * row, 3 * row + 3)]));
    await writeAtlas(atlas, { lungs, cornersXyz: some, count: 12 });
    await writeNifti(image, restored(phantomVolume(1, 3, [4.7, 4.9]).ct, 'LAS'));
    stored = (await readNifti(image)).volume;
  });

  type Opened<S> = S extends Stage<infer N, infer G> ? ItemStage<N, G> : never;
  const outDir = temporaryDirectory('orders-out');
  const open = async <S extends Stage>(stage: S) =>
    (await stage.open(stageEnv({ workers: pool, outDir }))) as unknown as Opened<S>;

  async function openAll(orientation: 'atlas' | 'stored') {
    const stages = {
      load: await open(load({ atlas, orientation })),
      segment: await open(segment()),
      register: await open(register({ atlas })),
      preview: await open(preview()),
      resample: await open(resample()),
      patch: await open(patch()),
    };
    const loaded = async (sid: string, volume: CtVolume) => {
      await writeNifti(image, volume);
      const subject = subjectOf(sid, { image: fileSource(image) });
      const task = stageTask({ workers: pool, subject });
      return { ...(await stages.load.process({}, task)), task };
    };
    const run = async (sid: string, volume: CtVolume) => {
      const { ct, task } = await loaded(sid, volume);
      const { lungs } = await stages.segment.process({ ct }, task);
      const { landmarksLps } = await stages.register.process({ lungs }, task);
      await stages.preview.process({ ct, lungs, landmarksLps }, task);
      const { isoCt } = await stages.resample.process({ ct, landmarksLps }, task);
      const given = await stages.patch.process({ isoCt, landmarksLps }, task);
      const files = await Promise.all(
        (await readdir(outDir, { recursive: true }))
          .filter((name) => basename(name).startsWith(sid))
          .sort()
          .map(async (name) => [name.replace(sid, ''), await readFile(join(outDir, name))] as const),
      );
      return { ...given, landmarksLps, facts: task.facts, flags: task.flags, files };
    };
    return { loaded, run };
  }

  it('is brought to the atlas’s: every other order gives the bytes of LAS', async () => {
    const { loaded, run } = await openAll('atlas');
    const wanted = await run('as-it-is.', stored);
    assert.equal(wanted.files.length, 3, 'two transforms and a preview');
    assert.deepEqual(wanted.flags, [LOOSE]);
    const { ct } = await loaded('loaded.', stored);
    for (const [i, order] of STORAGE_ORDERS.entries()) {
      const other = restored(stored, order);
      assert.deepEqual((await loaded(`${order}.`, other)).ct, ct, order);
      // What is the same after `load` stays so: the other stages on one order in five.
      if (i % 5 === 0) assert.deepEqual(await run(`${order}.`, other), wanted, order);
    }
  });

  it('stays as it is on demand, which changes nothing for LAS, and is flagged for another', async () => {
    const { run } = await openAll('stored');
    const usual = await (await openAll('atlas')).run('usual.', stored);
    assert.deepEqual(await run('stored.', stored), usual);

    const lps = restored(stored, 'LPS');
    const found = await run('lps.', lps);
    assert.deepEqual(found.flags.slice(0, 1), [
      'the scan is stored LPS, the atlas LAS: patches are cut beside their landmarks, as by the published scripts',
    ]);
    // The published scripts' patch: from the low corner along the file's own axes, which a stage without orders does.
    const { landmarksLps } = found;
    const task = stageTask({ workers: pool });
    const { isoCt } = await (await open(resample())).process({ ct: lps, landmarksLps }, task);
    const plain = await (await open(patch())).process({ isoCt, landmarksLps }, task);
    assert.deepEqual(found.patches, plain.patches);
    assert.deepEqual(found.corners, plain.corners);
    assert.notDeepEqual(found.patches, usual.patches);
  });
});

/** Of a dozen patches no two overlap. */
const LOOSE = 'the graph has only 0 edges among 12 patches: neighbours overlap too little to be joined';
