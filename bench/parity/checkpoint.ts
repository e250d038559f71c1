/** `.pth.tar` to subject vector, against PyTorch and PyTorch Geometric reading the same file for the same patches. */
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readNpy } from '../../src/formats/npy.js';
import { relativeDifference, TOLERANCE } from '../../src/networks/relative-difference.js';
import { checkpointsIn, extract } from './extract.js';
import type { Bench, Row } from './row.js';
import { simpleItk, STORED, storedScan, type SimpleItk } from './simple-itk.js';

type Saved = readonly [format: 'zip' | 'legacy', naming: 'lin' | 'weight', dtype: 'float32' | 'float16'];

const SID = 'LIDC-IDRI-0001';
const SCRIPT = 'subject_vector_torch.py';
const against = 'PyTorch and PyTorch Geometric';

/** Every format, naming and type, with a short queue. */
export const checkpoint: Row = {
  name: 'checkpoint',
  async measure(bench) {
    const all = await compareAll(bench, 16, [
      ['zip', 'lin', 'float32'],
      ['legacy', 'weight', 'float32'],
      ['zip', 'weight', 'float16'],
      ['legacy', 'lin', 'float16'],
    ]);
    const cases = Object.fromEntries(all.map(({ name, difference }) => [name, difference]));
    const what = 'subject vector from the reference’s .npy and .pth.tar files, relative difference';
    return [{ what, against, bar: { atMost: TOLERANCE }, cases }];
  },
};

/** As the reference saves them: 1.2 GB. */
export const checkpointFull: Row = {
  name: 'checkpoint-full',
  async measure(bench) {
    const all = await compareAll(bench, 4096, [
      ['zip', 'lin', 'float32'],
      ['legacy', 'weight', 'float32'],
    ]);
    return [
      {
        what: 'the same, checkpoints of full size (1.2 GB), relative difference',
        against,
        bar: { atMost: TOLERANCE },
        cases: Object.fromEntries(all.map(({ name, difference }) => [name, difference])),
      },
      {
        what: 'peak memory of that run',
        against: 'the size of the queue alone',
        unit: 'GB',
        bar: { atMost: 1.218 },
        cases: Object.fromEntries(all.map(({ name, peakRssBytes }) => [name, peakRssBytes / 1e9])),
      },
    ];
  },
};

/** The whole chain as a user runs it, our own registration included: its transform is given to the peers. */
export const chain: Row = {
  name: 'chain',
  async measure(bench) {
    const cases: Record<string, number> = {};
    const weights = join(bench.dir, 'weights');
    await bench.python(SCRIPT, 'write', weights, 'zip', 'lin', 'float32', '16');
    for (const sid of [SID, 'LIDC-IDRI-0003'])
      for (const order of STORED) {
        const image = await storedScan(bench, sid, order);
        const { vectors, out } = await extractScan(bench, sid, image, weights);
        const transform = join(out, 'transforms', `${sid}_Reg_Atlas_Affine_0GenericAffine.mat`);
        const theirs = await simpleItk(bench, sid, image, transform);
        const vector = await torchVector(bench, weights, theirs);
        cases[`${sid} ${order}`] = relativeDifference(vectors.get(sid)!, vector);
        await rm(theirs.dir, { recursive: true });
        await rm(image);
      }
    const what =
      'subject vector from CT and .pth.tar, our registration’s .mat given to the peers, relative difference';
    return [{ what, against: 'SimpleITK, PyTorch and PyTorch Geometric', bar: { atMost: TOLERANCE }, cases }];
  },
};

interface Compared {
  readonly name: string;
  readonly difference: number;
  readonly peakRssBytes: number;
}

/** One scan's patches by SimpleITK; checkpoints of each kind, read by either side. */
async function compareAll(bench: Bench, queue: number, all: readonly Saved[]): Promise<Compared[]> {
  const patches = await simpleItk(bench, SID, bench.shared(`data/${SID}.nii.gz`));
  const compared: Compared[] = [];
  for (const saved of all) {
    const weights = join(bench.dir, 'weights');
    await bench.python(SCRIPT, 'write', weights, ...saved, String(queue));
    const theirs = await torchVector(bench, weights, patches);
    const { vectors, peakRssBytes } = await extract(
      patches.dir,
      join(bench.dir, 'out'),
      checkpointsIn(weights),
    );
    await rm(weights, { recursive: true }); // 2.4 GB would be too much to keep
    compared.push({
      name: saved.join(', '),
      difference: relativeDifference(vectors.get(SID)!, theirs),
      peakRssBytes,
    });
  }
  await rm(patches.dir, { recursive: true });
  return compared;
}

async function torchVector(bench: Bench, weights: string, { file }: SimpleItk): Promise<Float32Array> {
  const vector = join(bench.dir, 'vector.npy');
  await bench.python(SCRIPT, 'vector', weights, file('patch'), file('adj'), vector);
  return (await readNpy(vector)).data as Float32Array;
}

async function extractScan(bench: Bench, sid: string, image: string, weights: string) {
  const [manifest, out] = [join(bench.dir, 'cohort.csv'), join(bench.dir, 'out')];
  await writeFile(manifest, `sid,image\n${sid},${image}\n`);
  const options = { atlas: bench.shared('atlas'), ...checkpointsIn(weights) };
  return { ...(await extract(manifest, out, options)), out };
}
