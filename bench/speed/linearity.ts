/** Whether cost grows with the number of scans and of voxels, and with nothing else. */
import { coarsePhantom } from './coarse-phantom.js';
import { cohortOf, runPipeline } from './run-pipeline.js';
import type { Figure, Section, SpeedBench } from './section.js';

const SCANS = [1, 8, 64] as const;
const COARSE_MM = 3;
/** Half as many voxels, as many and twice as many: 384 x 384 slices of which there are 125, 250 and 500. */
const VOXELS = [
  ['0.5x voxels', 2.4],
  ['1x voxels', 1.2],
  ['2x voxels', 0.6],
] as const;
const IN_SLICE_MM = 0.9375;
/** Enough for both cores. */
const COHORT = 4;

export const linearitySection: Section = {
  name: 'linearity',
  title: 'How cost grows',
  about: `CPU seconds of the real command. Scans: cohorts of ${SCANS.join(', ')} coarse phantoms (${COARSE_MM} mm), \`pipelines/extract.yaml\`;
what a further scan takes, between the first two and the last two, is the same where cost grows linearly. Voxels: cohorts of ${COHORT}
phantoms of 18, 37 and 74 million voxels, \`pipelines/preprocess.yaml\` (the networks see as many patches whatever the voxels);
the second step adds twice the voxels of the first, and may cost at most twice as much. What does not grow with the voxels, the 1 mm grid
foremost, is in neither step.`,
  measure: async (bench) => [...(await scansFigures(bench)), ...(await voxelsFigures(bench))],
};

async function scansFigures({ root, dir, repeats }: SpeedBench): Promise<Figure[]> {
  const { image, atlas } = await coarsePhantom(root, [COARSE_MM, COARSE_MM]);
  const runs = await inTurns(repeats, SCANS, (scans) =>
    runPipeline(root, dir, cohortOf(image, scans), { options: { atlas } }),
  );
  const further = (a: number, b: number) => (cpu: readonly number[]) =>
    (cpu[b] - cpu[a]) / (SCANS[b] - SCANS[a]);
  const [early, late] = [further(0, 1), further(1, 2)];
  return [
    ...SCANS.map((scans, i) => figure(`${scans} scans`, 'whole run', 's of CPU', runs, (cpu) => cpu[i])),
    figure(`a further scan, ${SCANS[0]} to ${SCANS[1]}`, 'a scan', 's of CPU', runs, early),
    figure(`a further scan, ${SCANS[1]} to ${SCANS[2]}`, 'a scan', 's of CPU', runs, late),
    figure('the later over the earlier', 'a scan', 'times', runs, (cpu) => late(cpu) / early(cpu), 1.1),
  ];
}

async function voxelsFigures({ root, dir, repeats }: SpeedBench): Promise<Figure[]> {
  const phantoms = new Map(
    await Promise.all(
      VOXELS.map(async ([name, mm]) => [name, await coarsePhantom(root, [IN_SLICE_MM, mm])] as const),
    ),
  );
  const runs = await inTurns(
    repeats,
    VOXELS.map(([name]) => name),
    (name) => {
      const { image, atlas } = phantoms.get(name)!;
      const pipeline = 'pipelines/preprocess.yaml';
      return runPipeline(root, dir, cohortOf(image, COHORT), { pipeline, options: { atlas } });
    },
  );
  return [
    ...VOXELS.map(([name], i) => figure(name, 'a scan', 's of CPU', runs, (cpu) => cpu[i] / COHORT)),
    figure(
      'the second step over the first',
      'voxels',
      'times',
      runs,
      ([half, one, two]) => (two - one) / (one - half),
      2.2,
    ),
  ];
}

/** CPU seconds of each case, repeat by repeat; cases take turns. */
async function inTurns<C>(
  repeats: number,
  cases: readonly C[],
  run: (one: C) => Promise<{ readonly cpuSeconds: number }>,
): Promise<number[][]> {
  const rounds: number[][] = [];
  for (let repeat = 0; repeat < repeats; repeat++) {
    const round: number[] = [];
    for (const one of cases) round.push((await run(one)).cpuSeconds);
    rounds.push(round);
  }
  return rounds;
}

const figure = (
  what: string,
  over: string,
  unit: string,
  rounds: readonly number[][],
  of: (cpu: readonly number[]) => number,
  atMost?: number,
): Figure => ({ what, over, unit, runs: rounds.map(of), ...(atMost !== undefined && { bar: { atMost } }) });
