import assert from 'node:assert/strict';
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { fileSource } from '../../../src/core/image-source.js';
import type { StageEnv } from '../../../src/core/stage.js';
import type { Subject } from '../../../src/core/subject.js';
import { LEFT_LUNG, RIGHT_LUNG, type CtVolume, type LungLabels } from '../../../src/imaging/space/volume.js';
import { writeNifti } from '../../../src/store/write-nifti.js';
import { createWorkerPool } from '../../../src/workers/pool.js';
import { segment } from '../../../stages/segment/index.js';
import { temporaryDirectory } from '../../temporary.js';
import { dice } from '../../imaging/segmentation/dice.js';
import { restored } from '../../imaging/space/plain-reorient.js';
import { syntheticChest } from '../../imaging/segmentation/synthetic-chest.js';
import { stageTask } from '../../../src/testing/index.js';

const chest = syntheticChest({ spacing: [3, 3, 3] });
/** The chest has no ribs to judge dense lung by. */
const judged = Object.keys(segment({}).facts).filter((name) => name !== 'dense_lung_percent');

describe('segment', () => {
  const pool = createWorkerPool(1);
  after(() => pool.close());
  const directory = temporaryDirectory('segment');

  /** Runs the stage on the chest, the way the runtime does. */
  async function run(
    config: Parameters<typeof segment>[0],
    columns: Record<string, string> = {},
    ct: CtVolume = chest.ct,
  ) {
    const subject: Subject = {
      sid: 's1',
      image: fileSource('/nowhere'),
      index: 0,
      line: 2,
      columns,
      path: (column) => columns[column] || undefined,
    };
    const opened = await segment(config).open({
      subjects: [subject],
      workers: pool,
      fileColumns: new Set(),
    } as unknown as StageEnv);
    assert.ok('process' in opened);
    const task = stageTask({ workers: pool, subject });
    const { lungs } = await opened.process({ ct }, task);
    return { lungs, facts: task.facts, flags: task.flags };
  }

  async function maskFile(name: string, mask: LungLabels): Promise<string> {
    const path = join(directory, name);
    await writeNifti(path, mask);
    return path;
  }

  const relabelled = (label: (side: number, index: number) => number): LungLabels => {
    const voxels = new Uint8Array(new SharedArrayBuffer(chest.truth.voxels.length));
    voxels.set(chest.truth.voxels.map(label));
    return { ...chest.truth, voxels };
  };

  it('finds the lungs, and tells their volumes', async () => {
    const { lungs, facts, flags } = await run({});
    assert.deepEqual(flags, []);
    assert.deepEqual(lungs.geometry, chest.ct.geometry);
    assert.ok(lungs.voxels.buffer instanceof SharedArrayBuffer);
    const count = (side: number) => lungs.voxels.reduce((n, label) => n + (label === side ? 1 : 0), 0);
    assert.equal(facts.get('right_lung_ml'), count(RIGHT_LUNG) * 0.027);
    assert.equal(facts.get('left_lung_ml'), count(LEFT_LUNG) * 0.027);
    assert.deepEqual([...facts.keys()], judged);
  });

  it('says when it saw no trachea', async () => {
    const { flags } = await run({}, {}, syntheticChest({ spacing: [3, 3, 3], airway: false }).ct);
    assert.equal(flags.length, 1);
    assert.match(flags[0], /no trachea/);
  });

  const schemes: Record<string, (side: number, index: number) => number> = {
    'lungmask R231': (side) => side,
    '50 and 100': (side) => 50 * side,
    'lungmask lobes': (side, i) => (side === RIGHT_LUNG ? 3 + (i % 3) : side === LEFT_LUNG ? 1 + (i % 2) : 0),
    LUNA16: (side, i) => (side === RIGHT_LUNG ? 4 : side === LEFT_LUNG ? 3 : i % 500 === 0 ? 5 : 0),
    'TotalSegmentator 2 lobes': (side, i) =>
      side === RIGHT_LUNG ? 12 + (i % 3) : side === LEFT_LUNG ? 10 + (i % 2) : 0,
    'TotalSegmentator 2, all organs': (side, i) =>
      side === RIGHT_LUNG ? 12 + (i % 3) : side === LEFT_LUNG ? 10 + (i % 2) : [5, 16, 51, 117][i % 4],
    'TotalSegmentator 1, all organs': (side, i) =>
      side === RIGHT_LUNG ? 15 + (i % 3) : side === LEFT_LUNG ? 13 + (i % 2) : [5, 12, 44, 104][i % 4],
  };
  for (const [name, label] of Object.entries(schemes)) {
    it(`reads a mask instead: ${name}`, async () => {
      const path = await maskFile('mask.nii.gz', relabelled(label));
      const { lungs, facts, flags } = await run({ mask: 'lung_mask' }, { lung_mask: path });
      assert.deepEqual(flags, []);
      assert.equal(dice(lungs.voxels, chest.truth.voxels, RIGHT_LUNG), 1);
      assert.equal(dice(lungs.voxels, chest.truth.voxels, LEFT_LUNG), 1);
      assert.deepEqual([...facts.keys()], judged);
    });
  }

  it('takes a mask stored in another order than the CT', async () => {
    for (const code of ['RAS', 'PSR', 'LPI']) {
      const path = await maskFile('other-order.nii', restored(chest.truth, code));
      const { lungs, flags } = await run({ mask: 'm' }, { m: path });
      assert.deepEqual(lungs, chest.truth, code);
      assert.deepEqual(flags, []);
    }
  });

  it('takes 1 and 2 by the side they lie on, and says so where the sides are not those of lungmask', async () => {
    const swapped = relabelled((side) => (side === 0 ? 0 : 3 - side));
    const { lungs, flags } = await run({ mask: 'm' }, { m: await maskFile('swapped.nii', swapped) });
    assert.equal(dice(lungs.voxels, chest.truth.voxels, RIGHT_LUNG), 1);
    assert.deepEqual(flags, [
      "the lung mask's label 1 lies on the patient's left and 2 on the right, and they were read so; lungmask labels the right lung 1: if it made this mask, the scan's orientation is swapped (`labels` of the segment stage settles it)",
    ]);
  });

  it('leaves infection out of both lungs, with its volume', async () => {
    const infected = relabelled((side, i) => (side === 0 ? 0 : i % 10 === 0 ? 3 : 3 - side));
    const { lungs, flags } = await run({ mask: 'm' }, { m: await maskFile('covid.nii', infected) });
    assert.ok(lungs.voxels.every((label, i) => label === (i % 10 === 0 ? 0 : chest.truth.voxels[i])));
    assert.match(flags.join('; '), /label 3 \(infection, \d+ ml\) was left out of both lungs/);
  });

  it('ignores stray voxels of another value, with a flag', async () => {
    const strays = new Set([5, 1000, 20_000]);
    const mask = relabelled((side, i) => (strays.has(i) ? 3 : side));
    const { lungs, flags } = await run({ mask: 'm' }, { m: await maskFile('strays.nii', mask) });
    assert.ok(lungs.voxels.every((label, i) => strays.has(i) || label === chest.truth.voxels[i]));
    assert.deepEqual(flags, [
      "the lung mask's label 3 (right, 0.081 ml) is unknown to its scheme, lungmask R231, and was ignored",
    ]);
  });

  it('obeys labels that are given, and doubts them where the sides contradict', async () => {
    const path = await maskFile(
      'sevens.nii',
      relabelled((side, i) => (side === 0 ? i % 3 : 7 * side)),
    );
    const given = await run({ mask: 'm', labels: { right: [7], left: [14] } }, { m: path });
    assert.deepEqual(given.lungs.voxels, chest.truth.voxels);
    assert.deepEqual(given.flags, []);
    const swapped = await run({ mask: 'm', labels: { right: [14], left: [7] } }, { m: path });
    assert.equal(dice(swapped.lungs.voxels, relabelled((side) => 3 - side).voxels, RIGHT_LUNG), 1);
    assert.deepEqual(swapped.flags, [
      "the right lung lies on the patient's left: the labels or the scan's orientation are swapped",
    ]);
    const absent = await run({ mask: 'm', labels: { right: [7, 8], left: [14] } }, { m: path });
    assert.deepEqual(absent.flags, ['the lung mask has no label 8, which `labels` names']);
    await assert.rejects(run({ mask: 'm', labels: { right: [9], left: [14] } }, { m: path }), {
      code: 'mask-labels',
      what: /^The lung mask has no right lung, which `labels` says is 9: it holds .*7 \(right, \d+ ml\), 14 \(left, \d+ ml\)\.$/,
    });
  });

  it('says what the header of a mask leaves doubtful', async () => {
    const path = await maskFile('trailing.nii', chest.truth);
    appendFileSync(path, '\r\n');
    const { flags } = await run({ mask: 'm' }, { m: path });
    assert.deepEqual(flags, ['the lung mask: something follows the voxels (2 bytes); it was ignored']);
  });

  it('searches for the lungs where no mask is given, if asked to', async () => {
    const { lungs, facts, flags } = await run({ mask: 'm', otherwise: 'search' }, { m: '' });
    assert.deepEqual(flags, ['no lung mask given; the lungs were searched in the CT']);
    assert.deepEqual(lungs.voxels, (await run({})).lungs.voxels);
    // A synthetic chest has no ribs.
    const seen = Object.keys(segment({}).facts).filter((name) => name !== 'dense_lung_percent');
    assert.deepEqual([...facts.keys()], seen);
    const path = await maskFile('given.nii', chest.truth);
    assert.deepEqual((await run({ mask: 'm', otherwise: 'search' }, { m: path })).flags, []);
  });

  it('takes the memory of whichever way may be gone', () => {
    const scale = {
      voxels: 1e6,
      sizeX: 100,
      sizeY: 100,
      sizeZ: 100,
      spacingXMm: 3,
      spacingYMm: 3,
      spacingZMm: 3,
    };
    const working = (config: Parameters<typeof segment>[0]) => segment(config).footprint(scale).working;
    const both = working({ mask: 'm', otherwise: 'search' });
    assert.equal(both, Math.max(working({}), working({ mask: 'm' })));
    assert.equal(working({ mask: 'm', otherwise: 'fail' }), working({ mask: 'm' }));
  });

  const { geometry } = chest.truth;
  const refused: Record<string, [() => LungLabels, string]> = {
    'another size': [
      () => ({
        ...chest.truth,
        geometry: { ...geometry, size: [geometry.size[1], geometry.size[0], geometry.size[2]] },
      }),
      'mask-grid',
    ],
    'another place': [
      () => ({ ...chest.truth, geometry: { ...geometry, origin: [geometry.origin[0] + 1, -125, 0] } }),
      'mask-grid',
    ],
    'another orientation': [
      () => ({ ...chest.truth, geometry: { ...geometry, direction: [-1, 0, 0, 0, 1, 0, 0, 0, 1] } }),
      'mask-grid',
    ],
    'no labels': [() => relabelled(() => 0), 'mask-labels'],
    'one lung': [() => relabelled((side) => (side === RIGHT_LUNG ? 1 : 0)), 'mask-labels'],
    'a binary mask': [() => relabelled((side) => (side > 0 ? 1 : 0)), 'mask-labels'],
    'strange labels': [() => relabelled((side) => 7 * side), 'mask-labels'],
    'labels of one lung and strays': [
      () => relabelled((side, i) => (side === RIGHT_LUNG ? 1 : i === 5 ? 2 : 0)),
      'mask-labels',
    ],
    'fifty and hundred on the wrong sides': [
      () => relabelled((side) => (side === 0 ? 0 : 150 - 50 * side)),
      'mask-labels',
    ],
    'upper and lower halves': [
      () => relabelled((side, i) => (side === 0 ? 0 : i < chest.truth.voxels.length / 2 ? 1 : 2)),
      'mask-labels',
    ],
    'an image of few values': [() => relabelled((_, i) => i % 200), 'mask-labels'],
  };
  for (const [name, [mask, code]] of Object.entries(refused)) {
    it(`refuses a mask: ${name}`, async () => {
      const path = await maskFile('refused.nii', mask());
      await assert.rejects(run({ mask: 'm' }, { m: path }), { name: 'LungflowError', kind: 'input', code });
    });
  }

  it('lists the labels of a scheme it does not know, with side and volume', async () => {
    const path = await maskFile(
      'unknown.nii',
      relabelled((side, i) => (side > 0 ? 7 * side : i === 5 ? 3 : 0)),
    );
    await assert.rejects(run({ mask: 'm' }, { m: path }), {
      code: 'mask-labels',
      what: /^The lung mask's labels cannot be told into a right and a left lung: 7 \(right, \d+ ml\), 14 \(left, \d+ ml\), 3 \(right, 0.027 ml\)\.$/,
      remedy: /for example `labels: \{right: \[7\], left: \[14\]\}`/,
    });
  });

  it('refuses an image in place of a mask', async () => {
    const path = join(directory, 'image.nii');
    const voxels = new Int16Array(new SharedArrayBuffer(chest.ct.voxels.byteLength));
    voxels.forEach((_, i) => (voxels[i] = i % 600));
    await writeNifti(path, { ...chest.ct, voxels });
    await assert.rejects(run({ mask: 'm' }, { m: path }), {
      code: 'mask-labels',
      what: /more than 512 values/,
    });
  });

  it('refuses a mask column that is empty, unknown, or names no file', async () => {
    await assert.rejects(run({ mask: 'm' }, { m: '' }), { kind: 'input', code: 'column-empty' });
    await assert.rejects(run({ mask: 'm' }, { n: 'x' }), {
      kind: 'pipeline-file',
      code: 'mask-column-unknown',
    });
    const missing = join(directory, 'missing.nii');
    await assert.rejects(run({ mask: 'm' }, { m: missing }), { kind: 'input', code: 'mask-file-missing' });
  });
});
