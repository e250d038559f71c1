/** What the framework itself costs, with Highland alone beside it. */
import { coarsePhantom } from './coarse-phantom.js';
import { emptyRun, highlandAlone } from './empty-stages.js';
import { cohortOf, runPipeline } from './run-pipeline.js';
import type { Figure, Section, Taken } from './section.js';

const SCANS = 10_000;
const STAGES = 8;
/** Of a cohort whose scans take less than any real one. */
const COARSE_SCANS = 8;

export const overheadSection: Section = {
  name: 'overhead',
  title: 'The framework itself',
  about: `${SCANS} scans through ${STAGES} stages that do nothing, in one process: admission, lanes, clocks, memory accounts, events and order are
what is left. Beside it, in turns, Highland alone: as many steps, each as asynchronous and as parallel as a stage. The bars stand for
CPU time, the garbage collector's included: all that the framework can take from kernels. Its share of a run is that of a cohort of
${COARSE_SCANS} coarse phantoms (4 mm), which no real scan is as quick as.`,
  async measure({ root, dir, repeats }) {
    const [framework, highland]: Taken[][] = [[], []];
    for (let round = -1; round < repeats; round++) {
      const pair = [await emptyRun(SCANS, STAGES), await highlandAlone(SCANS, STAGES)];
      if (round < 0) continue; // warm from here on
      framework.push(pair[0]);
      highland.push(pair[1]);
    }
    const { image, atlas } = await coarsePhantom(root, [4, 4]);
    const run = await runPipeline(root, dir, cohortOf(image, COARSE_SCANS), { options: { atlas } });
    const itemsAStage = SCANS * STAGES;
    const figure = (what: string, runs: readonly Taken[], atMost?: number): Figure[] => [
      {
        what,
        over: 'an item and stage',
        unit: 'µs of CPU',
        runs: runs.map(({ cpuSeconds }) => (cpuSeconds / itemsAStage) * 1e6),
        ...(atMost !== undefined && { bar: { atMost } }),
      },
      {
        what,
        over: 'an item and stage',
        unit: 'µs',
        runs: runs.map(({ seconds }) => (seconds / itemsAStage) * 1e6),
      },
    ];
    const share = ({ cpuSeconds }: Taken) =>
      ((cpuSeconds / itemsAStage) * run.statistics.length) / (run.cpuSeconds / COARSE_SCANS);
    return [
      ...figure('runtime, empty stages', framework, 30),
      ...figure('Highland alone', highland),
      {
        what: 'runtime, share of a run',
        over: 'cohort of coarse phantoms',
        unit: '% of CPU',
        runs: framework.map((taken) => 100 * share(taken)),
        bar: { atMost: 1 },
      },
    ];
  },
};
