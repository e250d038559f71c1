import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import { after, describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { fileSource } from '../../../src/core/image-source.js';
import type { ItemStage } from '../../../src/core/stage.js';
import type { Subject } from '../../../src/core/subject.js';
import type { Geometry } from '../../../src/imaging/space/geometry.js';
import type { CtVolume } from '../../../src/imaging/space/volume.js';
import { writeNifti } from '../../../src/store/write-nifti.js';
import { createWorkerPool } from '../../../src/workers/pool.js';
import { load } from '../../../stages/load/index.js';
import { restored } from '../../imaging/space/plain-reorient.js';
import { scratchDirectory } from '../../temporary.js';
import { craftHeader, craftNifti, craftVoxels } from '../../formats/nifti/craft.js';
import { stageEnv, stageTask } from '../../../src/testing/index.js';

const scratch = scratchDirectory('load');
const workers = createWorkerPool(1);
after(() => workers.close());

const subjectOf = (image: string, columns: Record<string, string> = {}): Subject => ({
  sid: 'S1',
  image: fileSource(image),
  index: 0,
  line: 2,
  columns,
  path: (column) => columns[column],
});

async function run(subject: Subject, config?: Parameters<typeof load>[0]) {
  const stage = load(config);
  const env = stageEnv({ workers });
  const open = await stage.open(env);
  const task = stageTask({ workers, subject });
  const { facts, flags } = task;
  const scale = await open.measure!(subject);
  const { ct } = await (open as ItemStage<object, { ct: CtVolume }>).process({}, task);
  assert.deepEqual([...facts.keys()], Object.keys(stage.facts));
  return { ct, facts, flags, scale, footprint: stage.footprint(scale), env };
}

const hu = (values: readonly number[], datatype = 4) =>
  Buffer.concat([craftHeader({ datatype, dim: [3, 2, 2, 2] }), craftVoxels(values, datatype)]);

describe('load', () => {
  it('gives the CT, its facts and no flags', async () => {
    const path = scratch.put('ct.nii', hu([-1024, -900, -1, 0, 1, 40, 240, 3071]));
    const { ct, facts, flags, scale, footprint } = await run(subjectOf(path));
    // Stored RAS, brought to LAS: rows are reversed.
    assert.deepEqual(ct.voxels, Int16Array.of(-900, -1024, 0, -1, 40, 1, 3071, 240));
    assert.deepEqual(ct.geometry.origin, [-10.75, -20, 30]);
    assert.deepEqual([...facts.values()], [0.75, 0.75, 2.5, 0]);
    assert.deepEqual(flags, []);
    assert.equal(scale['voxels'], 8);
    assert.equal(scale['isoVoxels'], Math.floor(2 * 0.75) ** 2 * Math.floor((2 - 1) * 2.5));
    assert.equal(footprint.gives['ct'], 16);
  });

  it('expects the wider type where the header cannot exclude it', async () => {
    const path = scratch.put('float.nii', hu([-1024, -900, -1, 0, 1, 40, 240, 3071], 16));
    const { ct, footprint } = await run(subjectOf(path));
    assert.ok(ct.voxels instanceof Int16Array);
    assert.equal(footprint.gives['ct'], 32);
  });

  it('flags what is odd about values and header', async () => {
    const odd = craftHeader({ datatype: 16, dim: [3, 2, 2, 2], qformCode: 0 });
    const path = scratch.put(
      'odd.nii',
      Buffer.concat([odd, craftVoxels([NaN, -1000, 0, 0, 0, 1, 2, 3], 16)]),
    );
    const { facts, flags } = await run(subjectOf(path));
    assert.equal(facts.get('nonfinite_voxels'), 1);
    assert.match(flags.join('\n'), /1 voxels of the CT were not numbers/);
    assert.match(flags.join('\n'), /nothing about its orientation/);
    const raw = await run(subjectOf(scratch.put('raw.nii', hu([0, 24, 1000, 1024, 1064, 2000, 0, 0]))));
    assert.match(raw.flags.join('\n'), /lowest value is 0: it may not be in Hounsfield units/);
  });

  it('refuses an image without a picture', async () => {
    for (const [values, datatype] of [
      [Array<number>(8).fill(-1024), 4],
      [Array<number>(8).fill(NaN), 16],
    ] as const) {
      const path = scratch.put('flat.nii', hu(values, datatype));
      await assert.rejects(run(subjectOf(path)), { kind: 'input', code: 'ct-constant' });
    }
  });

  it('brings typed errors from the worker and from the header', async () => {
    const cut = gzipSync(craftNifti({ dim: [3, 40, 40, 40] })).subarray(0, -9);
    await assert.rejects(run(subjectOf(scratch.put('cut.nii.gz', cut))), { code: 'gzip-truncated' });
    await assert.rejects(run(subjectOf(scratch.put('text', Buffer.from('text')))), {
      code: 'format-unknown',
    });
    await assert.rejects(run(subjectOf(`${scratch.directory}/none`)), { code: 'file-missing' });
  });

  it('reads another column when told', async () => {
    const path = scratch.put('other.nii', hu([-1024, -900, -1, 0, 1, 40, 240, 3071]));
    const { ct } = await run(subjectOf('never', { inspiration: path }), { column: 'inspiration' });
    assert.equal(ct.voxels.length, 8);
    await assert.rejects(run(subjectOf('never'), { column: 'inspiration' }), { code: 'column-empty' });
  });

  /** Soft tissue and air by turns, 3 x 4 x 5 voxels that are all unlike in size. */
  const marked = (code: string) => {
    const voxels = new Int16Array(new SharedArrayBuffer(2 * 60));
    voxels.forEach((_, i) => (voxels[i] = 20 * i - 1024));
    const geometry: Geometry = {
      ...{ size: [3, 4, 5], spacing: [0.75, 1.5, 2.5], origin: [-10, -20, 30] },
      direction: [1, 0, 0, 0, -1, 0, 0, 0, 1],
    };
    return restored({ voxels, geometry }, code);
  };
  async function inFile(code: string): Promise<Subject> {
    const path = `${scratch.directory}/${code}.nii`;
    await writeNifti(path, marked(code));
    return subjectOf(path);
  }

  it("brings a CT to the atlas's storage order, and estimates by that", async () => {
    const alike = await run(await inFile('LAS'));
    assert.deepEqual(alike.ct, marked('LAS'));
    assert.deepEqual([...alike.facts.values()], [0.75, 1.5, 2.5, 0]);
    for (const code of ['LPS', 'RAS', 'LPI', 'PSR']) {
      const { ct, facts, flags, scale, footprint } = await run(await inFile(code));
      assert.deepEqual(ct, alike.ct, code);
      assert.deepEqual([facts, flags], [alike.facts, alike.flags]);
      const { ctWorkingBytes, ...rest } = scale;
      const { ctWorkingBytes: leastBytes, ...others } = alike.scale;
      assert.deepEqual(rest, others);
      // Only where axes change places is there a second copy.
      assert.equal(ctWorkingBytes - leastBytes, code === 'PSR' ? 120 : 0, code);
      assert.equal(footprint.working, ctWorkingBytes);
    }
  });

  it('takes the order from an atlas, or leaves each file its own, and records which', async () => {
    const atlas = `${scratch.directory}/atlas`;
    await mkdir(atlas);
    await writeNifti(`${atlas}/atlas_lung_mask.nii.gz`, marked('PSR'));
    const subject = await inFile('LPS');
    for (const [config, code, record, notices] of [
      [{}, 'LAS', 'LAS, the COPDGene atlas’s', 0],
      [{ atlas }, 'PSR', 'PSR, the atlas’s', 0],
      [{ atlas, orientation: 'stored' }, 'LPS', 'as in each file, as the published scripts', 1],
    ] as const) {
      const { ct, env } = await run(subject, config);
      assert.deepEqual(ct, marked(code));
      assert.equal(env.provenance.get('storage_order'), record);
      assert.equal(env.notices.length, notices);
    }
    await assert.rejects(run(subject, { atlas: scratch.directory }), {
      kind: 'pipeline-file',
      code: 'atlas-file-missing',
    });
  });

  const lidc = resolve('../shared/data/LIDC-IDRI-0001.nii.gz');
  it(
    'reads a LIDC scan as SimpleITK does',
    { skip: !existsSync(lidc) && 'the scan is not there' },
    async () => {
      // Origin: SimpleITK 2.5.7, GetArrayFromImage: mean, min, max and [z, y, x] = [66, 256, 256] ...
      const { ct, flags, scale } = await run(subjectOf(lidc), { orientation: 'stored' });
      const { size, spacing, origin, direction } = ct.geometry;
      assert.deepEqual(size, [512, 512, 133]);
      assert.deepEqual(spacing, [0.703125, 0.703125, 2.5]);
      assert.deepEqual(origin, [-166, -171.6999969482422, -340]);
      assert.deepEqual(direction, [1, 0, 0, 0, 1, 0, 0, 0, 1]);
      assert.ok(ct.voxels instanceof Int16Array);
      const at = (z: number, y: number, x: number) => ct.voxels[x + 512 * (y + 512 * z)];
      assert.deepEqual([at(66, 256, 256), at(10, 100, 200), at(120, 300, 400)], [399, -99, 165]);
      let [sum, lowest, highest] = [0, 0, 0];
      for (const value of ct.voxels) {
        sum += value;
        lowest = Math.min(lowest, value);
        highest = Math.max(highest, value);
      }
      assert.ok(Math.abs(sum / ct.voxels.length - -826.9439289121699) < 1e-9);
      assert.deepEqual([lowest, highest], [-2048, 3071]);
      assert.deepEqual(flags, []);
      assert.equal(scale['isoVoxels'], 360 * 360 * 330);
    },
  );
});
