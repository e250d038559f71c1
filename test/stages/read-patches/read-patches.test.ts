import assert from 'node:assert/strict';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { subjectAt } from '../../../src/config/cohort/subject-row.js';
import type { OpenStage } from '../../../src/core/stage.js';
import { npyBytes, type NpyData } from '../../../src/formats/npy.js';
import { writeDurably } from '../../../src/store/durable-file.js';
import { patchAdjacency } from '../../../src/imaging/atlas/adjacency.js';
import { createWorkerPool, type WorkerPool } from '../../../src/workers/pool.js';
import { readPatches } from '../../../stages/read-patches/index.js';
import { LAYOUT } from '../../../stages/read-patches/patch-files.js';
import { temporaryDirectory } from '../../temporary.js';
import { stageEnv, stageTask } from '../../../src/testing/index.js';

const VOXELS = 32 ** 3;
const CORNERS = [10, 20, 30, 18, 20, 30, 10, 60, -4];

interface Arrays {
  readonly patch: { data: NpyData; shape: readonly number[] };
  readonly patch_loc: { data: NpyData; shape: readonly number[] };
  readonly adj: { data: NpyData; shape: readonly number[] };
}

/** Three patches of plausible HU, their corners and the overlap of these. */
function sound(): Arrays {
  const voxels = Int16Array.from({ length: 3 * VOXELS }, (_, i) => ((i * 37) % 1265) - 1024);
  const shares = Float64Array.from(patchAdjacency(Int32Array.from(CORNERS)));
  return {
    patch: { data: voxels, shape: [3, 32, 32, 32] },
    patch_loc: { data: BigInt64Array.from(CORNERS, BigInt), shape: [3, 3] },
    adj: { data: shares, shape: [3, 3] },
  };
}

type Given = Awaited<ReturnType<Extract<ReadPatches, { process: unknown }>['process']>>;
type ReadPatches = Awaited<ReturnType<ReturnType<typeof readPatches>['open']>>;

describe('read-patches', () => {
  let workers: WorkerPool;
  before(() => (workers = createWorkerPool(1)));
  after(() => workers.close());

  const put = async (directory: string, arrays: Partial<Arrays>, sid = 's1') => {
    for (const kind of ['patch', 'patch_loc', 'adj'] as const) {
      await mkdir(join(directory, kind), { recursive: true });
      const array = arrays[kind];
      if (array) await writeDurably(join(directory, kind, `${sid}_${kind}.npy`), npyBytes(array));
    }
  };
  const find = async (directory: string) => readPatches().startsFrom!.find(directory);

  /** What the stage makes of the directory's one subject. */
  async function read(directory: string) {
    const [row] = (await find(directory))!;
    const subject = subjectAt(directory, { ...row, index: 0, line: 1 });
    const open: OpenStage<object, Given> = await readPatches().open(stageEnv({ workers }));
    const task = stageTask({ workers, subject });
    if (!('process' in open)) throw new Error('not an item stage');
    const scale = await open.measure!(subject);
    return { scale, given: await open.process({}, task), task };
  }
  const readArrays = async (arrays: Partial<Arrays>) => {
    const directory = temporaryDirectory('patches');
    await put(directory, arrays);
    return read(directory);
  };

  it('gives what the files hold, in shared memory, with the figure of the graph', async () => {
    const { given, task, scale } = await readArrays(sound());
    assert.deepEqual(given.patches.shape, [3, 32, 32, 32]);
    assert.deepEqual(Int16Array.from(given.patches.data), sound().patch.data);
    assert.deepEqual([...given.corners.data], CORNERS);
    assert.deepEqual(Float64Array.from(given.adjacency.data), sound().adj.data);
    for (const { data } of Object.values(given)) assert.ok(data.buffer instanceof SharedArrayBuffer);
    assert.deepEqual([...task.facts], [['graph_edges', 1]]);
    assert.deepEqual(task.flags, []);
    assert.deepEqual(scale, { patches: 3, fileBytes: 6 * VOXELS });
  });

  it('reads what the reference may have written: other types of whole numbers, Fortran order', async () => {
    const { patch, patch_loc, adj } = sound();
    const voxels = patch.data as Int16Array;
    for (const data of [Float32Array.from(voxels), Float64Array.from(voxels), Int32Array.from(voxels)]) {
      const { given } = await readArrays({ ...sound(), patch: { ...patch, data } });
      assert.deepEqual(Int16Array.from(given.patches.data), voxels);
    }
    const corners = { ...patch_loc, data: Float64Array.from(CORNERS) };
    const shares = { ...adj, data: Float32Array.from(adj.data as Float64Array) };
    const { given, task } = await readArrays({ patch, patch_loc: corners, adj: shares });
    assert.deepEqual([...given.corners.data], CORNERS);
    assert.deepEqual([...given.adjacency.data], [...shares.data]);
    assert.deepEqual(task.flags, []);

    const directory = temporaryDirectory('fortran');
    await put(directory, sound());
    const header = `${"{'descr': '<i8', 'fortran_order': True, 'shape': (3, 3), }".padEnd(117)}\n`;
    const byColumn = [0, 1, 2].flatMap((axis) => [0, 1, 2].map((patch) => BigInt(CORNERS[3 * patch + axis])));
    const start = Buffer.from([0x93, ...Buffer.from('NUMPY'), 1, 0, header.length, 0]);
    await writeFile(
      join(directory, 'patch_loc', 's1_patch_loc.npy'),
      Buffer.concat([start, Buffer.from(header), Buffer.from(BigInt64Array.from(byColumn).buffer)]),
    );
    assert.deepEqual([...(await read(directory)).given.corners.data], CORNERS);
  });

  it('flags what the networks do not know, and partners that do not fit', async () => {
    const { patch, adj } = sound();
    const bright = Int16Array.from(patch.data as Int16Array);
    bright[5] = 3071;
    const odd = await readArrays({ ...sound(), patch: { ...patch, data: bright } });
    assert.match(odd.task.flags.join(), /from -1024 to 3071/);
    const alone = { ...adj, data: Float64Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1) };
    const strange = await readArrays({ ...sound(), adj: alone });
    assert.match(strange.task.flags.join(), /not the overlap of the corners/);
    assert.deepEqual([...strange.task.facts], [['graph_edges', 0]]);
  });

  const changed = <K extends keyof Arrays>(kind: K, change: (array: Arrays[K]) => Arrays[K]) => ({
    ...sound(),
    [kind]: change(sound()[kind]),
  });
  const floats = (values: Float64Array<ArrayBuffer>, at: number, value: number) => {
    values[at] = value;
    return values;
  };
  const hu = (at: number, value: number) =>
    changed('patch', ({ data, shape }) => {
      return { data: floats(Float64Array.from(data as Int16Array), at, value), shape };
    });
  const share = (at: number, value: number) =>
    changed('adj', ({ data, shape }) => ({
      data: floats(data as Float64Array<ArrayBuffer>, at, value),
      shape,
    }));
  const bad: Record<string, [Partial<Arrays>, code: string, what: RegExp]> = {
    'patches of another edge': [
      changed('patch', ({ data }) => ({ data, shape: [24, 16, 16, 16] })),
      'patches-shape',
      /patch file .* \[24, 16, 16, 16\], not \[patches, 32, 32, 32\]/,
    ],
    'patches without an axis': [
      changed('patch', ({ data }) => ({ data, shape: [96, 32, 32] })),
      'patches-shape',
      /patch file/,
    ],
    'no patch at all': [
      changed('patch', () => ({ data: new Int16Array(0), shape: [0, 32, 32, 32] })),
      'patches-shape',
      /patch file/,
    ],
    'a corner too few': [
      changed('patch_loc', () => ({ data: new BigInt64Array(6), shape: [2, 3] })),
      'patches-shape',
      /corners file .* \[2, 3\], not \[3, 3\]/,
    ],
    'the adjacency of another atlas': [
      changed('adj', () => ({ data: new Float64Array(16), shape: [4, 4] })),
      'patches-shape',
      /adjacency file/,
    ],
    'NaN among the HU': [hu(7, NaN), 'patches-not-whole', /patch file .* NaN/],
    'patches that were scaled': [hu(7, 0.25), 'patches-not-whole', /no whole HU/],
    'HU beyond int16': [hu(7, 40_000), 'patches-not-whole', /-32768 to 32767/],
    'corners beyond int32': [
      changed('patch_loc', ({ shape }) => ({ data: new BigInt64Array(9).fill(2n ** 40n), shape })),
      'patches-not-whole',
      /corners file/,
    ],
    'a share above 1': [share(1, 1.5), 'adjacency-invalid', /not symmetric|outside/],
    'a share below 0': [
      changed('adj', ({ shape }) => ({ data: Float64Array.of(1, -1, 0, -1, 1, 0, 0, 0, 1), shape })),
      'adjacency-invalid',
      /outside 0 to 1/,
    ],
    'NaN among the shares': [share(3, NaN), 'adjacency-invalid', /outside 0 to 1/],
    'an adjacency that is not symmetric': [share(2, 0.5), 'adjacency-invalid', /not symmetric/],
    'another diagonal': [share(4, 0), 'adjacency-invalid', /diagonal/],
    'no corners': [{ patch: sound().patch, adj: sound().adj }, 'file-missing', /corners file is not there/],
    'no adjacency': [
      { patch: sound().patch, patch_loc: sound().patch_loc },
      'file-missing',
      /adjacency file is not there/,
    ],
  };
  for (const [name, [arrays, code, what]] of Object.entries(bad))
    it(`refuses ${name}`, () =>
      assert.rejects(readArrays(arrays), (error: Error & { code: string; kind: string }) => {
        assert.equal(error.kind, 'input', String(error));
        assert.equal(error.code, code);
        assert.match(error.message, what);
        assert.doesNotMatch(error.message, /lungflow-patches/, 'no path');
        return true;
      }));

  it('refuses objects, text and half a file, and runs nothing of them', async () => {
    const header = (descr: string) =>
      `${`{'descr': '${descr}', 'fortran_order': False, 'shape': (3, 3), }`.padEnd(117)}\n`;
    const file = (descr: string, data: Buffer) =>
      Buffer.concat([
        Buffer.from([0x93, ...Buffer.from('NUMPY'), 1, 0, 118, 0]),
        Buffer.from(header(descr)),
        data,
      ]);
    const pickle = Buffer.from("cos\nsystem\n(S'exit'\ntR.", 'latin1');
    for (const [bytes, code] of [
      [file('|O', pickle), 'npy-type'],
      [file('<i8', Buffer.alloc(71)), 'npy-size'],
      [Buffer.from('10,20,30\n'.repeat(9)), 'npy-unrecognised'],
      [Buffer.alloc(0), 'npy-unrecognised'],
    ] as const)
      for (const kind of ['patch', 'patch_loc', 'adj']) {
        const directory = temporaryDirectory('patches');
        await put(directory, sound());
        await writeFile(join(directory, kind, `s1_${kind}.npy`), bytes);
        await assert.rejects(read(directory), { code, kind: 'input' });
      }
  });

  it('finds the subjects of a directory, by sid, and knows no other directory', async () => {
    const directory = temporaryDirectory('patches');
    assert.equal(await find(directory), undefined);
    assert.equal(await find(join(directory, 'absent')), undefined);
    for (const sid of ['s2', 's10', 'a.b_c-d', 'x_patch']) await put(directory, sound(), sid);
    for (const name of ['._s2_patch.npy', 'notes.txt', '_patch.npy', '.s2_patch.npy.7-1.tmp'])
      await writeFile(join(directory, 'patch', name), '');
    assert.deepEqual(
      (await find(directory))!.map(({ sid }) => sid),
      ['a.b_c-d', 's10', 's2', 'x_patch'],
    );
    const [first] = (await find(directory))!;
    assert.deepEqual(first, {
      sid: 'a.b_c-d',
      image: 'patch/a.b_c-d_patch.npy',
      columns: { patch_loc: 'patch_loc/a.b_c-d_patch_loc.npy', adj: 'adj/a.b_c-d_adj.npy' },
    });
    await rm(join(directory, 'patch'), { recursive: true });
    await writeFile(join(directory, 'patch'), 'a file');
    assert.equal(await find(directory), undefined);
    assert.deepEqual((await readdir(directory)).sort(), ['adj', 'patch', 'patch_loc']);
  });

  it('takes a manifest that names the files, too, and carries none of their names', async () => {
    const env = stageEnv({ workers });
    const open = await readPatches().open(env);
    assert.deepEqual([...env.fileColumns], ['patch_loc', 'adj']);
    const bare = stageTask({
      workers,
      subject: subjectAt('/', { sid: 's1', image: 'p.npy', columns: {}, index: 0, line: 2 }),
    });
    if (!('process' in open)) throw new Error('not an item stage');
    await assert.rejects(
      open.process({}, bare),
      (error: Error & { code: string }) => error.code === 'column-empty' && error.message.includes(LAYOUT),
    );
  });
});
