import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { buildAtlasCommand } from '../../src/cli/commands/build-atlas.js';
import { loadAtlas } from '../../src/formats/atlas.js';
import { readNifti } from '../../src/formats/nifti/index.js';
import { readNpy } from '../../src/formats/npy.js';
import type { Geometry } from '../../src/imaging/space/geometry.js';
import { writeNifti } from '../../src/store/write-nifti.js';
import { temporaryDirectory } from '../temporary.js';
import { phantomCohort, pipeline } from './command.js';

const RELEASED = '../shared/atlas';
const MASK = 'atlas_lung_mask.nii.gz';
const CORNERS = 'atlas_patch_loc.npy';

/** Two slabs of 30 x 40 x 40 voxels in a grid of 100 x 50 x 50. */
async function slabs(path: string, labels: readonly number[], geometry: Partial<Geometry> = {}) {
  const size = [100, 50, 50] as const;
  const voxels = new Uint8Array(new SharedArrayBuffer(100 * 50 * 50));
  labels.forEach((label, at) => {
    for (let z = 5; z < 45; z++)
      for (let y = 5; y < 45; y++)
        voxels.fill(label, 15 + 35 * at + 100 * (y + 50 * z), 45 + 35 * at + 100 * (y + 50 * z));
  });
  const direction = [1, 0, 0, 0, 1, 0, 0, 0, 1] as const;
  await writeNifti(path, {
    voxels,
    geometry: { size, spacing: [1, 1, 1], origin: [0, 0, 0], direction, ...geometry },
  });
  return path;
}

describe('pipeline build-atlas', () => {
  let phantom: string;
  let dir: string;
  before(async () => {
    phantom = join(await phantomCohort(), 'atlas');
    dir = temporaryDirectory('build-atlas');
  });

  it('makes of the phantom’s mask the phantom’s atlas, byte for byte', async () => {
    const out = join(dir, 'below', 'phantom');
    const { code, stdout, stderr } = await pipeline('build-atlas', join(phantom, MASK), out);
    assert.equal(code, 0, stderr);
    assert.equal(stderr, '');
    assert.deepEqual((await readdir(out)).sort(), [MASK, CORNERS]);
    for (const name of [MASK, CORNERS])
      assert.deepEqual(await readFile(join(out, name)), await readFile(join(phantom, name)), name);
    const [built, own] = await Promise.all([out, phantom].map(loadAtlas));
    assert.deepEqual(built.sha256, own.sha256);
    assert.match(stdout, new RegExp(`landmarks +${own.atlas.count}, each with more than 10 %`));
    assert.match(stdout, /right lung +\d+ voxels, \d\.\d\d l/);
    assert.match(
      stdout,
      /grid +340 x 260 x 312 voxels of 1 x 1 x 1 mm, axes towards left, anterior, superior/,
    );
    assert.match(stdout, /copied as it was/);
  });

  it(
    'lays 575 landmarks over the released COPDGene mask, whose own list of 581 came from another',
    { skip: !existsSync(RELEASED) && `${RELEASED} is not there` },
    async () => {
      const out = join(dir, 'copdgene');
      const { code, stdout, stderr } = await pipeline('build-atlas', join(RELEASED, MASK), out);
      assert.equal(code, 0, stderr);
      assert.equal(stderr, '');
      assert.match(stdout, /landmarks +575, each with more than 10 %/);
      assert.match(stdout, /right lung +3318199 voxels, 3\.32 l/); // counted by NumPy
      assert.match(stdout, /left lung +3168868 voxels, 3\.17 l/);
      assert.deepEqual(await readFile(join(out, MASK)), await readFile(join(RELEASED, MASK)));
      const [ours, released] = await Promise.all(
        [out, RELEASED].map(async (directory) => (await readNpy(join(directory, CORNERS))).data),
      );
      assert.ok(ours instanceof BigInt64Array);
      assert.equal(ours.length, 3 * 575);
      assert.equal(released.length, 3 * 581);
    },
  );

  it('codes 1 and 2 as 50 and 100, zips what is not, and takes the rule’s numbers', async () => {
    const mask = await slabs(join(dir, 'slabs.nii'), [1, 2]);
    const out = join(dir, 'slabs');
    const rule = ['--stride', '9', '--inside', '0.3', '--fewer-than', '20'];
    const { code, stdout, stderr } = await pipeline('build-atlas', mask, out, ...rule);
    assert.equal(code, 0, stderr);
    assert.match(stdout, /landmarks +14, each with more than 70 %/); // counted by NumPy, by the rule's own words
    assert.match(stdout, /written anew/);
    assert.match(stderr, /right lung has only 0\.048 litres/);
    assert.ok(gunzipSync(await readFile(join(out, MASK))).length > 0);
    const { volume } = await readNifti(join(out, MASK));
    assert.deepEqual([...new Set(volume.voxels)].sort(), [0, 100, 50]);
    const { atlas } = await loadAtlas(out);
    assert.equal(atlas.count, 14);
    assert.equal((await readNpy(join(out, CORNERS))).data instanceof BigInt64Array, true);

    const coded = join(dir, 'coded');
    const unzipped = await slabs(join(dir, 'coded.nii'), [50, 100]);
    assert.equal((await pipeline('build-atlas', unzipped, coded)).code, 0);
    assert.ok(gunzipSync(await readFile(join(coded, MASK))).length > 0);
  });

  it('warns of what may be wrong', async () => {
    const warnings = async (name: string, labels: readonly number[], geometry: Partial<Geometry>) => {
      const mask = await slabs(join(dir, `${name}.nii.gz`), labels, geometry);
      const { code, stderr } = await pipeline('build-atlas', mask, join(dir, name));
      assert.equal(code, 0, stderr);
      return stderr;
    };
    assert.match(await warnings('swapped', [2, 1], {}), /labels are swapped/);
    const mirrored = await warnings('mirrored', [2, 1], { direction: [-1, 0, 0, 0, -1, 0, 0, 0, 1] });
    assert.doesNotMatch(mirrored, /swapped/);
    assert.match(mirrored, /axes run towards right, anterior, superior/);
    const coarse = await warnings('coarse', [1, 2], { spacing: [2, 2, 2] });
    assert.match(coarse, /not of 1 mm/);
    assert.match(coarse, /No two landmarks are joined/);
    assert.match(
      await warnings('oblique', [1, 2], { direction: [0.8, -0.6, 0, 0.6, 0.8, 0, 0, 0, 1] }),
      /oblique by 37/,
    );
    const whole = await slabs(join(dir, 'whole.nii.gz'), [1, 2]);
    const { volume } = await readNifti(whole);
    for (let z = 0; z < 50; z++) volume.voxels[50 + 100 * (25 + 50 * z)] = 2;
    await writeNifti(whole, volume);
    const { stderr } = await pipeline('build-atlas', whole, join(dir, 'whole'));
    assert.match(stderr, /reach the border of the grid \(first z, last z\)/);
  });

  it('refuses what is no mask of two lungs, in one sentence, and leaves nothing', async () => {
    const good = await slabs(join(dir, 'good.nii.gz'), [1, 2]);
    const file = (name: string) => join(dir, name);
    await writeFile(file('text.nii.gz'), 'no image');
    await writeFile(file('empty.nii.gz'), '');
    await writeFile(file('short.nii.gz'), await readFile(good));
    await truncate(file('short.nii.gz'), 200);
    const small = { size: [20, 20, 20] as const, spacing: [1, 1, 1] as const, origin: [0, 0, 0] as const };
    const voxels = new Uint8Array(new SharedArrayBuffer(8000));
    voxels.forEach((_, i) => (voxels[i] = i % 3));
    await writeNifti(file('small.nii'), {
      voxels,
      geometry: { ...small, direction: [1, 0, 0, 0, 1, 0, 0, 0, 1] },
    });
    const out = join(dir, 'refused');
    const rule = { stride: 26, inside: 0.1, 'fewer-than': 1000 };
    const bad: [mask: string, options: Partial<typeof rule>, message: RegExp][] = [
      [dir, {}, /a folder in none of the known formats/],
      [file('text.nii.gz'), {}, /not a NIfTI image/],
      [file('empty.nii.gz'), {}, /cannot be used/],
      [file('short.nii.gz'), {}, /cannot be used/],
      [await slabs(file('one.nii'), [1]), {}, /beside 0 it holds 1\./],
      [await slabs(file('three.nii'), [1, 3]), {}, /holds the value 3/],
      [file('small.nii'), {}, /no room for a patch of 32/],
      [good, { inside: 0.99 }, /No patch is more than 99 % lung/],
      [good, { 'fewer-than': 2, stride: 8 }, /No patch is more than/],
      [good, { stride: 7.5 }, /`stride` is 7\.5/],
      [good, { stride: NaN }, /`stride` is NaN/],
      [good, { inside: 1 }, /`inside` is 1/],
      [good, { 'fewer-than': 0 }, /`fewerThan` is 0/],
    ];
    for (const [mask, options, message] of bad) {
      const refusal = { name: 'LungflowError', kind: 'usage', message };
      const args = { mask, out, ...rule, ...options, _: [], $0: '' };
      const build = buildAtlasCommand.handler(args as never);
      await assert.rejects(Promise.resolve(build), refusal);
    }
    for (const [args, message] of [
      [[file('nowhere.nii.gz'), out], /is not there.*\nCheck its path/],
      [[good, out, '--strid', '26'], /strid/],
      [[good], /error: /],
      [[good, out, '--fewer-than', '1'], /--fewer-than is 1, no whole number/],
    ] as const) {
      const { code, stderr } = await pipeline('build-atlas', ...args);
      assert.equal(code, 2, stderr);
      assert.match(stderr, message);
      assert.doesNotMatch(stderr, /bug|manifest/);
    }
    assert.ok(!existsSync(out));
    const onFile = await pipeline('build-atlas', good, good);
    assert.equal(onFile.code, 2);
    assert.match(onFile.stderr, /a file stands in its place/);
  });

  it('overwrites nothing', async () => {
    const mask = await slabs(join(dir, 'again.nii.gz'), [1, 2]);
    const out = join(dir, 'mine');
    await mkdir(out);
    await writeFile(join(out, CORNERS), 'mine');
    const { code, stderr } = await pipeline('build-atlas', mask, out);
    assert.equal(code, 2);
    assert.match(stderr, /atlas_patch_loc\.npy/);
    assert.deepEqual(await readdir(out), [CORNERS]);
    assert.equal(await readFile(join(out, CORNERS), 'utf8'), 'mine');
  });
});
