/** Whether memory stays flat over a long cohort, and within what `--memory` allows. */
import { join } from 'node:path';
import { coarsePhantom } from './coarse-phantom.js';
import { residentGrowth } from './resident-growth.js';
import { cohortOf, runPipeline } from './run-pipeline.js';
import { PHANTOM, phantomScan } from './scans.js';
import type { Figure, Section, SpeedBench } from './section.js';

/** The heaps of main and worker threads have their size after some hundred scans: what is measured comes after. */
const LONG_COHORT = 400;
const COARSE_MM = 4;
/** One scan alone needs the first, three that are at work together less than the last. */
const TIGHT_GB = [1, 1.25, 1.5];
const AMPLE_GB = [3];
const LARGE_COHORT = 8;

export const memorySection: Section = {
  name: 'memory',
  title: 'Memory',
  about: `The real command, \`pipelines/extract.yaml\`, \`--jobs 2\`. Growth: resident memory over the second half of a cohort of ${LONG_COHORT} coarse
phantoms (${COARSE_MM} mm), least squares; it is flat where the slope is within two standard errors of none. Peak: the most that the whole process
held at once, over a cohort of ${LARGE_COHORT} scans, as a share of \`--memory\` (of which 1 GB is 2^30 bytes). It is never to lie more than 15%
above; nor below, where memory is what holds scans back. With ${AMPLE_GB.join(', ')} GB it is not: as many scans as there may be are in flight.`,
  measure: async (bench) => [...(await growthFigures(bench)), ...(await peakFigures(bench))],
};

async function growthFigures({ root, dir }: SpeedBench): Promise<Figure[]> {
  const { image, atlas } = await coarsePhantom(root, [COARSE_MM, COARSE_MM]);
  const trace = join(dir, 'trace.json');
  await runPipeline(root, dir, cohortOf(image, LONG_COHORT), { options: { atlas }, trace });
  const { mbAScan, standardError } = await residentGrowth(trace, 'write');
  const over = `cohort of ${LONG_COHORT} coarse phantoms`;
  return [
    { what: 'growth', over, unit: 'MB a scan', runs: [mbAScan] },
    { what: 'its standard error', over, unit: 'MB a scan', runs: [standardError] },
    {
      what: 'growth beyond two standard errors',
      over,
      unit: 'MB a scan',
      runs: [Math.max(0, mbAScan - 2 * standardError)],
      bar: { atMost: 0 },
    },
  ];
}

async function peakFigures({ root, dir, repeats }: SpeedBench): Promise<Figure[]> {
  const { image, atlas } = await phantomScan(root);
  const figures: Figure[] = [];
  for (const gb of [...TIGHT_GB, ...AMPLE_GB]) {
    const shares: number[] = [];
    for (let repeat = 0; repeat < repeats; repeat++) {
      const cohort = cohortOf(image, LARGE_COHORT);
      const options = { options: { atlas }, memory: `${gb}GB` };
      const { peakRssBytes } = await runPipeline(root, dir, cohort, options);
      shares.push(peakRssBytes / (gb * 2 ** 30));
    }
    figures.push({
      what: `peak over \`--memory ${gb}GB\``,
      over: `${PHANTOM}, cohort of ${LARGE_COHORT}`,
      unit: 'times',
      runs: shares,
      bar: { atMost: 1.15 },
    });
    if (TIGHT_GB.includes(gb))
      figures.push({
        what: `short of \`--memory ${gb}GB\``,
        over: `${PHANTOM}, cohort of ${LARGE_COHORT}`,
        unit: 'times',
        runs: shares.map((share) => Math.max(0, 1 - share)),
        bar: { atMost: 0.15 },
      });
  }
  return figures;
}
