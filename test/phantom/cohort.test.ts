import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { parse } from 'csv-parse/sync';
import { landmarkPoints } from '../../data/phantom/atlas.js';
import { generatePhantoms, type PhantomCohort } from '../../data/phantom/cohort.js';
import { phantomVolume } from '../../data/phantom/phantom.js';
import { phantomSubject } from '../../data/phantom/subject.js';
import { meanToSubject } from '../../data/phantom/warp.js';
import { loadAtlas } from '../../src/formats/atlas.js';
import { readNifti } from '../../src/formats/nifti/index.js';
import { createWorkerPool } from '../../src/workers/pool.js';
import { temporaryDirectory } from '../temporary.js';

const FAST = { seed: 5, spacing: [4, 5] } as const;

describe('phantom cohort', () => {
  const directory = temporaryDirectory('phantom');
  let cohort: PhantomCohort;
  const pool = createWorkerPool(2);
  before(async () => {
    cohort = await generatePhantoms({ ...FAST, subjects: 3, out: join(directory, 'a'), workers: pool });
  });
  after(() => pool.close());

  it('writes each scan with its truth, a manifest and an atlas', async () => {
    const rows: Record<string, string>[] = parse(await readFile(cohort.manifest), { columns: true });
    assert.deepEqual(
      rows.map((row) => row['sid']),
      ['phantom-0000', 'phantom-0001', 'phantom-0002'],
    );
    const named = rows.flatMap(({ sid, image, mask }) => [
      image,
      mask,
      `${sid}_landmarks.csv`,
      `${sid}_truth.json`,
    ]);
    const there = await readdir(join(directory, 'a'));
    assert.deepEqual(there.sort(), ['atlas', 'manifest.csv', ...named].sort());
    assert.deepEqual((await readdir(cohort.atlas)).sort(), ['atlas_lung_mask.nii.gz', 'atlas_patch_loc.npy']);
    const { atlas } = await loadAtlas(cohort.atlas);
    for (const row of rows) {
      const points: string[][] = parse(await readFile(join(directory, 'a', `${row['sid']}_landmarks.csv`)));
      assert.equal(points.length, 1 + atlas.count);
    }
  });

  it('writes what was rendered', async () => {
    const { ct, lungs, truth } = phantomVolume(1, FAST.seed, FAST.spacing);
    const stored = await readNifti(join(directory, 'a', 'phantom-0001.nii.gz'));
    assert.deepEqual(stored.volume.voxels, ct.voxels);
    assert.deepEqual(stored.volume.geometry.size, ct.geometry.size);
    assert.deepEqual(stored.volume.geometry.direction, ct.geometry.direction);
    const labels = await readNifti(join(directory, 'a', 'phantom-0001_lungs.nii.gz'));
    assert.deepEqual([...labels.volume.voxels], [...lungs.voxels]);
    assert.deepEqual(
      JSON.parse(await readFile(join(directory, 'a', 'phantom-0001_truth.json'), 'utf8')),
      truth,
    );
  });

  it('writes an atlas that loads: its landmarks, mapped by the truth, are the ones stored', async () => {
    const { atlas } = await loadAtlas(cohort.atlas);
    assert.deepEqual(atlas.lungs.geometry.direction, [1, 0, 0, 0, -1, 0, 0, 0, 1]);
    const truth = phantomSubject(FAST.seed, 2);
    const rows: string[][] = parse(await readFile(join(directory, 'a', 'phantom-0002_landmarks.csv')));
    landmarkPoints(atlas).forEach((point, i) => {
      const mapped = meanToSubject(truth, point);
      for (let axis = 0; axis < 3; axis++)
        assert.ok(Math.abs(Number(rows[i + 1][axis + 1]) - mapped[axis]) < 1e-4, `landmark ${i}`);
    });
  });

  it('gives a subject the same bytes whatever the cohort size, and others to another seed', async () => {
    const one = await generatePhantoms({ ...FAST, subjects: 1, out: join(directory, 'b'), workers: pool });
    const digest = async (where: string, name: string) =>
      createHash('sha256')
        .update(await readFile(join(directory, where, name)))
        .digest('hex');
    for (const name of ['phantom-0000.nii.gz', 'phantom-0000_lungs.nii.gz', 'phantom-0000_landmarks.csv'])
      assert.equal(await digest('b', name), await digest('a', name), name);
    assert.deepEqual(one.subjects[0], cohort.subjects[0]);
    await generatePhantoms({ ...FAST, seed: 6, subjects: 1, out: join(directory, 'c'), workers: pool });
    assert.notEqual(await digest('c', 'phantom-0000.nii.gz'), await digest('a', 'phantom-0000.nii.gz'));
  });

  it('refuses numbers that make no sense', async () => {
    const ask = (wrong: object) =>
      generatePhantoms({ ...FAST, subjects: 1, out: directory, workers: pool, ...wrong });
    await assert.rejects(ask({ subjects: 0 }), { kind: 'usage', code: 'phantom-subjects' });
    await assert.rejects(ask({ seed: 0.5 }), { kind: 'usage', code: 'phantom-seed' });
    await assert.rejects(ask({ spacing: NaN }), { kind: 'usage', code: 'phantom-spacing' });
    await assert.rejects(ask({ fieldOfView: [360, 0] }), { kind: 'usage', code: 'phantom-field-of-view' });
  });
});
