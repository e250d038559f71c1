import assert from 'node:assert/strict';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { writePhantomAtlas } from '../../../data/phantom/cohort.worker.js';
import { phantomVolume } from '../../../data/phantom/phantom.js';
import { fileSource } from '../../../src/core/image-source.js';
import type { ItemStage } from '../../../src/core/stage.js';
import type { Subject } from '../../../src/core/subject.js';
import type { Tensor } from '../../../src/core/tensor.js';
import { matlabFile, textFile } from '../../../src/formats/itk-transform/index.js';
import { composeAffine, invertAffine } from '../../../src/imaging/space/affine.js';
import type { AffineLps, PointLps } from '../../../src/imaging/space/geometry.js';
import type { LungLabels } from '../../../src/imaging/space/volume.js';
import { createWorkerPool } from '../../../src/workers/pool.js';
import { register } from '../../../stages/register/index.js';
import { restored } from '../../imaging/space/plain-reorient.js';
import { scratchDirectory, temporaryDirectory } from '../../temporary.js';
import { stageEnv, stageTask } from '../../../src/testing/index.js';

interface Given {
  readonly atlasToSubject: AffineLps;
  readonly landmarksLps: Tensor<Float64Array<SharedArrayBuffer>>;
}
const UNTURNED = [1, 0, 0, 0, 1, 0, 0, 0, 1] as const;
type Options = Omit<NonNullable<Parameters<typeof register>[0]>, 'atlas'>;

describe('register, with transforms in files', () => {
  const pool = createWorkerPool(2);
  const atlas = temporaryDirectory('register-atlas');
  const scratch = scratchDirectory('register-transforms');
  const lungs = restored(phantomVolume(4, 0, 5).lungs, 'LAS');
  let found: Awaited<ReturnType<typeof run>>;

  const subject = (transform?: string): Subject => ({
    sid: 'S-4.x',
    image: fileSource('/nowhere'),
    index: 0,
    line: 2,
    columns: transform === undefined ? {} : { affine: transform },
    path: (column) => (column === 'affine' ? transform || undefined : undefined),
  });

  async function run(options: Options, transform?: string, scan = lungs) {
    const whom = subject(transform);
    const outDir = temporaryDirectory('register-out');
    const env = stageEnv({ workers: pool, outDir, subjects: [whom] });
    const stage = (await register({ atlas, ...options }).open(env)) as ItemStage<
      { lungs: LungLabels },
      Given
    >;
    const task = stageTask({ workers: pool, subject: whom });
    return { ...(await stage.process({ lungs: scan }, task)), task, env, outDir };
  }
  const take = (bytes: Uint8Array | string, scan = lungs) =>
    run({ transform: 'affine' }, scratch.put('given', Buffer.from(bytes)), scan);

  before(async () => {
    await writePhantomAtlas(atlas);
    found = await run({});
  });
  after(() => pool.close());

  it('keeps what it found, and takes it back to the last bit', async () => {
    const directory = join(found.outDir, 'transforms');
    const names = ['S-4.x_Reg_Atlas_Affine.tfm', 'S-4.x_Reg_Atlas_Affine_0GenericAffine.mat'];
    assert.deepEqual((await readdir(directory)).sort(), names);
    for (const name of names) {
      const again = await take(await readFile(join(directory, name)));
      assert.deepEqual(again.atlasToSubject, found.atlasToSubject);
      assert.deepEqual(again.landmarksLps, found.landmarksLps);
      assert.deepEqual(again.task.facts, found.task.facts);
      assert.deepEqual(again.task.flags, []);
    }
  });

  it('records that a transform was given, reads its column as a file, and keeps no copy', async () => {
    const { env, outDir } = await take(matlabFile(found.atlasToSubject));
    assert.equal(env.provenance.get('atlas_to_subject'), 'given by the column affine of the manifest');
    assert.deepEqual([...env.fileColumns], ['affine']);
    assert.deepEqual(await readdir(outDir), []);
    assert.equal(found.env.provenance.get('atlas_to_subject'), 'found by registration');
  });

  it('keeps only the formats asked for', async () => {
    const one = await run({ save: ['tfm'] });
    assert.deepEqual(await readdir(join(one.outDir, 'transforms')), ['S-4.x_Reg_Atlas_Affine.tfm']);
    const none = await run({ save: [] });
    assert.deepEqual(await readdir(none.outDir), []);
    assert.throws(() => register({ atlas, save: ['mat', 'mat'] }), /twice/);
  });

  const moved = (matrix: AffineLps['matrix'], offset: AffineLps['offset']) =>
    composeAffine({ matrix, offset }, found.atlasToSubject);

  it('flags a transform that fits poorly', async () => {
    const { task } = await take(textFile(moved(UNTURNED, [0, 0, 45])));
    assert.ok(Number(task.facts.get('dice_right')) < 0.8);
    assert.match(task.flags.join('; '), /^the right lung fits the atlas poorly: Dice 0\.\d\d; the left/);
    assert.doesNotMatch(task.flags.join(), /inverse/);
  });

  it('says so when the transform is stored the wrong way round', async () => {
    await assert.rejects(take(textFile(invertAffine(found.atlasToSubject))), {
      code: 'transform-misfit',
      message: /its inverse fits them/,
    });
    // The same lungs on a table so near to the atlas's place that the inverse overlaps them too.
    const { geometry } = lungs;
    const table = found.atlasToSubject.offset.map((x) => 15 - x);
    const origin = geometry.origin.map((x, axis) => x + table[axis]) as unknown as PointLps;
    const near = moved(UNTURNED, table as unknown as PointLps);
    const { task } = await take(textFile(invertAffine(near)), {
      ...lungs,
      geometry: { ...geometry, origin },
    });
    assert.match(task.flags.join('; '), /fits the atlas poorly: .*; the inverse of the given transform fits/);
  });

  const refused: Record<string, [() => string, string, RegExp?]> = {
    'a mirroring one': [
      () => textFile({ matrix: [-1, 0, 0, 0, 1, 0, 0, 0, 1], offset: [0, 0, 0] }),
      'transform-mirrors',
    ],
    "one of another scanner's table": [
      () => textFile(moved(UNTURNED, [0, 300, -1200])),
      'transform-misfit',
      /Check that it is this subject/,
    ],
    'one past any number of voxels': [() => textFile(moved(UNTURNED, [1e300, 0, 0])), 'transform-misfit'],
    text: [() => 'sid,image\n', 'transform-unrecognised'],
  };
  for (const [name, [file, code, message = /./]] of Object.entries(refused))
    it(`refuses ${name}: ${code}`, () => assert.rejects(take(file()), { kind: 'input', code, message }));

  it('refuses a column that is empty or unknown', async () => {
    await assert.rejects(run({ transform: 'affine' }, ''), { kind: 'input', code: 'column-empty' });
    await assert.rejects(run({ transform: 'afine' }, 'x'), {
      kind: 'pipeline-file',
      code: 'transform-column-unknown',
    });
  });
});
