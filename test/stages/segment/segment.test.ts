import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import type { StageEnv } from '../../../src/core/stage.js';
import type { Subject } from '../../../src/core/subject.js';
import { writeNifti } from '../../../src/formats/nifti/index.js';
import { LEFT_LUNG, RIGHT_LUNG, type CtVolume, type LungLabels } from '../../../src/imaging/volume.js';
import { createWorkerPool } from '../../../src/workers/pool.js';
import { segment } from '../../../stages/segment/index.js';
import { temporaryDirectory } from '../../temporary.js';
import { recordingTask } from '../recording-task.js';
import { dice } from './dice.js';
import { reorient } from './reorient.js';
import { syntheticChest } from './synthetic-chest.js';

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
      image: '/nowhere',
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
    const task = recordingTask(pool, subject);
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
  };
  for (const [name, label] of Object.entries(schemes)) {
    it(`reads a mask instead: ${name}`, async () => {
      const path = await maskFile('mask.nii.gz', relabelled(label));
      const { lungs, facts } = await run({ mask: 'lung_mask' }, { lung_mask: path });
      assert.equal(dice(lungs.voxels, chest.truth.voxels, RIGHT_LUNG), 1);
      assert.equal(dice(lungs.voxels, chest.truth.voxels, LEFT_LUNG), 1);
      assert.deepEqual([...facts.keys()], judged);
    });
  }

  it('flags a mask whose sides are swapped', async () => {
    const path = await maskFile(
      'swapped.nii',
      relabelled((side) => (side === 0 ? 0 : 3 - side)),
    );
    const { flags } = await run({ mask: 'm' }, { m: path });
    assert.match(flags.join(), /swapped/);
  });

  const { geometry } = chest.truth;
  const refused: Record<string, [() => LungLabels, string]> = {
    'another size': [() => reorient(chest.truth, [1, 0, 2], [false, false, false]), 'mask-grid'],
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
    'an image': [() => relabelled((_, i) => i % 200), 'mask-labels'],
  };
  for (const [name, [mask, code]] of Object.entries(refused)) {
    it(`refuses a mask: ${name}`, async () => {
      const path = await maskFile('refused.nii', mask());
      await assert.rejects(run({ mask: 'm' }, { m: path }), { name: 'LungflowError', kind: 'input', code });
    });
  }

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
