/** From CT and lungs to the subject's vector, beside the reference's own chain. */
import { join } from 'node:path';
import { writeDurably } from '../../src/store/durable-file.js';
import { matlabFile } from '../../src/formats/itk-transform/index.js';
import { NotRun } from '../not-run.js';
import { ANTS, antsRuns, antsSeconds, lungMask } from './ants.js';
import { contest, contestFigures, runsOf, type Contestant } from './contest.js';
import { runPipeline } from './run-pipeline.js';
import { phantomScan, type BenchScan } from './scans.js';
import type { Figure, Peer, Section, SpeedBench } from './section.js';

const COHORT = 8;
const THREADS = 2;

export const chainSection: Section = {
  name: 'chain',
  title: 'The reference’s chain',
  about: `From CT and lung mask to the subject's vector; the lungs are left out on both sides: both are given the mask that our \`segment\`
finds. Ours is \`pipeline run\` with \`segment.mask\`, everything it writes included. Theirs (\`peers/reference_chain.py\`, ${THREADS} threads, imports
left out) is SimpleITK, NumPy, torch and PyTorch Geometric, and antsRegistration's recorded seconds of CPU **without the full-resolution
level** on top: a lower bound of the reference, though ANTs ran on one thread.`,
  async measure(bench) {
    const scan = await phantomScan(bench.root);
    const mask = await lungMask(bench.root, scan);
    const figures: Figure[] = [];
    for (const count of [1, COHORT]) figures.push(...(await measureCohort(bench, scan, mask, count)));
    return figures;
  },
};

async function measureCohort(
  bench: SpeedBench,
  scan: BenchScan,
  mask: string,
  count: number,
): Promise<Figure[]> {
  const rest = 'reference but registration';
  const contestants: Contestant[] = [
    { name: 'ours', open: () => Promise.resolve(ours(bench, scan, mask, count)) },
    { name: rest, open: () => reference(bench, scan) },
  ];
  const contested = await contest(bench, contestants);
  const over = `${scan.name}, ${count === 1 ? 'alone' : `cohort of ${count}`}`;
  return [
    ...contestFigures(over, contestants, contested),
    ...(await whole(bench, scan, over, runsOf(contested, 'ours'), runsOf(contested, rest))),
  ];
}

type Runs = ReturnType<typeof runsOf>;

/** ANTs' seconds and the rest's. */
async function whole(
  bench: SpeedBench,
  scan: BenchScan,
  over: string,
  ours: Runs,
  rest: Runs,
): Promise<Figure[]> {
  const seconds = { what: ANTS, over, unit: 's of CPU', recorded: true };
  const ratio = { ...seconds, what: 'reference over ours', unit: 'times', bar: { atLeast: 100 } };
  try {
    if (rest instanceof NotRun) throw rest;
    if (ours instanceof NotRun) throw ours;
    const ants = await antsRuns(bench, scan);
    return [
      { ...seconds, runs: ants.map((run) => run.cpuSeconds) },
      { ...ratio, runs: ours.map((run, i) => (antsSeconds(ants) + rest[i].seconds) / run.seconds) },
    ];
  } catch (thrown) {
    if (!(thrown instanceof NotRun)) throw thrown;
    return [seconds, ratio].map((figure) => ({ ...figure, notRun: thrown.message }));
  }
}

/** Seconds a scan. */
const ours = (bench: SpeedBench, scan: BenchScan, mask: string, count: number): Peer => ({
  async once() {
    const rows = Array.from({ length: count }, (_, i) => `s${i},${scan.image},${mask}`);
    const options = { atlas: scan.atlas, 'segment.mask': 'mask' };
    const run = await runPipeline(bench.root, bench.dir, ['sid,image,mask', ...rows], { options });
    return { seconds: run.seconds / count, cpuSeconds: run.cpuSeconds / count };
  },
  close: () => Promise.resolve(),
});

async function reference(bench: SpeedBench, scan: BenchScan): Promise<Peer> {
  const [run] = await antsRuns(bench, scan);
  const transform = join(bench.dir, 'ants.mat');
  await writeDurably(transform, matlabFile(run));
  return bench.peer('reference_chain.py', [scan.image, scan.atlas, transform, String(THREADS)], THREADS);
}
