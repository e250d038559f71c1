/** `lungflow/imaging` by itself: a scan to patches on the calling thread, with nothing but its exports. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import * as imaging from '../../src/imaging/index.js';
import { loadAtlas } from '../../src/formats/atlas.js';
import { readNifti } from '../../src/formats/nifti/index.js';
import { runStage } from '../../src/testing/index.js';
import { load, patch, register, resample, segment } from '../../stages/index.js';
import { readManifest } from '../../src/config/cohort/manifest.js';
import { phantomCohort } from '../e2e/command.js';

describe('lungflow/imaging', () => {
  it('makes of a scan the patches that the pipeline makes', async () => {
    const directory = await phantomCohort();
    const atlasPath = join(directory, 'atlas');
    const { subjects } = await readManifest(join(directory, 'manifest.csv'));
    const task = { subject: subjects[0] };
    const { atlas } = await loadAtlas(atlasPath);

    const { ct } = (await runStage(load({ atlas: atlasPath }), {}, { task })).given;
    const { lungs, measures } = imaging.segmentLungs(ct);
    const { atlasToSubject, ...score } = imaging.registerLungs(imaging.atlasTarget(atlas.lungs), lungs);
    assert.ok(measures.right.ml > 500, JSON.stringify({ score, measures }));
    const landmarksLps = imaging.mapCorners(atlas, atlasToSubject);
    const iso = imaging.isoGrid(ct.geometry, 1);
    const padded = imaging.paddedGrid(iso);
    const cornersXyz = imaging.patchCorners(landmarksLps.data, padded);
    const needed = imaging.neededVoxels(cornersXyz, iso)!;
    const box = imaging.resampleBox(ct, iso, needed);
    const patches = new Int16Array(new SharedArrayBuffer(2 * atlas.count * imaging.PATCH_EDGE ** 3));
    const lowXyz = needed.lowXyz.map((low) => low + imaging.PAD) as unknown as imaging.IndexXyz;
    const boxed = { voxels: box.voxels, size: box.geometry.size, lowXyz, gridSize: padded.size };
    imaging.cutPatches(boxed, cornersXyz, patches);

    const one = await runStage(segment(), { ct }, { task });
    const two = await runStage(register({ atlas: atlasPath, save: [] }), one.given, { task });
    const three = await runStage(resample(), { ct, ...two.given }, { task });
    const four = await runStage(patch(), { ...three.given, ...two.given }, { task });
    assert.ok(new Set(patches).size > 100);
    assert.deepEqual(Buffer.from(patches.buffer), Buffer.from(four.given.patches.data.buffer));
    assert.deepEqual(imaging.patchAdjacency(cornersXyz), four.given.adjacency.data);
  });

  it('takes voxels from anywhere, and copies none that are shared already', async () => {
    const { subjects } = await readManifest(join(await phantomCohort(), 'manifest.csv'));
    const { volume } = await readNifti(subjects[0].image.path);
    const plain = Int16Array.from(volume.voxels);
    const taken = imaging.volumeOf(plain, volume.geometry);
    assert.ok(taken.voxels.buffer instanceof SharedArrayBuffer);
    assert.deepEqual(taken.voxels, Int16Array.from(volume.voxels));
    assert.equal(imaging.volumeOf(taken.voxels, volume.geometry).voxels, taken.voxels);
    assert.throws(() => imaging.volumeOf(plain.subarray(1), volume.geometry), RangeError);
  });
});
