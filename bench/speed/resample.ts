/** From CT and landmarks to patches, beside SimpleITK. */
import { join } from 'node:path';
import { npyBytes } from '../../src/formats/npy.js';
import { writeDurably } from '../../src/store/durable-file.js';
import { createWorkerPool } from '../../src/workers/pool.js';
import { patch } from '../../stages/patch/index.js';
import { resample } from '../../stages/resample/index.js';
import { openStage } from '../parity/run-stage.js';
import { contest, contestFigures, type Contestant } from './contest.js';
import { landmarksOf, readCt } from './ours.js';
import { scans } from './scans.js';
import type { Figure, Peer, Section } from './section.js';
import { inProcess } from './timed.js';

export const resampleSection: Section = {
  name: 'resample',
  title: 'Resample and patch',
  about: `The stages \`resample\` and \`patch\` (with its adjacency) beside SimpleITK's \`ResampleImageFilter\` (cubic B-spline), \`ConstantPad\`,
\`Clamp\` and NumPy's crops, from the CT in memory and the landmarks that our registration found; both give the same patches
(\`docs/parity.md\`).`,
  async measure(bench) {
    const figures: Figure[] = [];
    for (const scan of await scans(bench.root)) {
      const ct = await readCt(scan.image);
      const landmarksLps = await landmarksOf(scan, ct);
      const landmarks = join(bench.dir, 'landmarks.npy');
      await writeDurably(landmarks, npyBytes(landmarksLps));
      for (const threads of [1, 2]) {
        const contestants: Contestant[] = [
          { name: 'ours', open: () => ours({ ct, landmarksLps }, threads) },
          {
            name: 'SimpleITK',
            open: () => bench.peer('resample_simpleitk.py', ['time', scan.image, landmarks], threads),
            bar: { atLeast: 8 },
          },
        ];
        const over = `${scan.name}, ${threads} thread(s)`;
        figures.push(...contestFigures(over, contestants, await contest(bench, contestants)));
      }
    }
    return figures;
  },
};

type Inputs = Parameters<Awaited<ReturnType<typeof openResample>>>[0];
const openResample = (workers: ReturnType<typeof createWorkerPool>) => openStage(resample(), workers);

async function ours(inputs: Inputs, threads: number): Promise<Peer> {
  const workers = createWorkerPool(threads);
  const [toIso, cut] = [await openResample(workers), await openStage(patch(), workers)];
  return inProcess(async () => {
    await cut({ ...(await toIso(inputs)), landmarksLps: inputs.landmarksLps });
    return undefined;
  }, workers);
}
