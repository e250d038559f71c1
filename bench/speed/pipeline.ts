/** The whole pipeline by the real command: one scan alone, and a cohort. */
import type { Bar } from '../bar.js';
import { cohortOf, runPipeline, type PipelineRun } from './run-pipeline.js';
import { PHANTOM, scans, type BenchScan } from './scans.js';
import type { Figure, Section, SpeedBench } from './section.js';

const COHORT = 8;

export const pipeline: Section = {
  name: 'pipeline',
  title: 'The whole pipeline',
  about: `The real command, \`pipelines/extract.yaml\`, \`--jobs 2\`, default engine, COPDGene's atlas of 581 patches where it is there: one
scan alone, its process's start included in nothing but the CPU, and a cohort of ${COHORT}, the same file under as many ids. A stage's
seconds are those it spent on a scan; in a cohort the stages of several scans overlap on the two cores, so they add up to more than a
scan takes. The bars stand for a scan of COPDGene's size.`,
  async measure(bench) {
    const figures: Figure[] = [];
    for (const scan of await scans(bench.root))
      for (const count of [1, COHORT]) figures.push(...(await measureCohort(bench, scan, count)));
    return figures;
  },
};

async function measureCohort(bench: SpeedBench, scan: BenchScan, count: number): Promise<Figure[]> {
  const runs: PipelineRun[] = [];
  const options = { atlas: scan.atlas };
  for (let repeat = 0; repeat < bench.repeats; repeat++)
    runs.push(await runPipeline(bench.root, bench.dir, cohortOf(scan.image, count), { options }));
  const over = `${scan.name}, ${count === 1 ? 'alone' : `cohort of ${count}`}`;
  const figure = (what: string, unit: string, of: (run: PipelineRun) => number, atMost?: number): Figure => ({
    what,
    over,
    unit,
    ...(atMost !== undefined && scan.name === PHANTOM && { bar: { atMost } satisfies Bar }),
    runs: runs.map(of),
  });
  return [
    figure('a scan', 's', ({ seconds }) => seconds / count, count === 1 ? 8 : 5),
    figure('a scan', 's of CPU', ({ cpuSeconds }) => cpuSeconds / count),
    figure('peak RSS', 'GB', ({ peakRssBytes }) => peakRssBytes / 1e9, 2.5),
    ...runs[0].statistics.map(({ stage }, i) =>
      figure(`\`${stage}\``, 's', ({ statistics }) => statistics[i].itemSeconds / count),
    ),
  ];
}
