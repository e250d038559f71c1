/** The whole pipeline over a cohort of phantoms: is the card what the others wait for? */
import type { EngineName } from '../../src/engine/engines.js';
import type { LaneStatistics } from '../../src/runtime/lane-meter.js';
import { coarsePhantom } from '../speed/coarse-phantom.js';
import { cohortOf, runPipeline, type PipelineRun } from '../speed/run-pipeline.js';
import { median, type Figure, type SpeedBench } from '../speed/section.js';
import type { Table } from './tables.js';

const SCANS = 16;
const SPACING_MM = 1.5;

export async function pipelineTable(bench: SpeedBench, engine: EngineName, jobs: number): Promise<Table> {
  const byEngine = new Map<EngineName, readonly PipelineRun[]>();
  for (const one of new Set<EngineName>([engine, 'wasm'])) byEngine.set(one, await runsOn(bench, one, jobs));
  return {
    title: `A cohort of ${SCANS} phantoms`,
    about: `\`pipelines/extract.yaml\` by the real command, \`--jobs ${jobs}\`, phantoms of ${SPACING_MM} mm with 360 patches. A lane is in use as far as
its places are: the worker threads of \`cpu\`, the two batches that \`gpu\` may have under way. A stage's seconds are those it spent on
a scan.

${slowestLane(engine, byEngine.get(engine)!)}`,
    figures: [...byEngine].flatMap(([over, runs]) => figuresOf(over, runs)),
  };
}

async function runsOn({ root, dir, repeats }: SpeedBench, engine: EngineName, jobs: number) {
  const { image, atlas } = await coarsePhantom(root, [SPACING_MM, SPACING_MM]);
  const options = { atlas, 'encode.engine': engine, 'aggregate.engine': engine };
  const runs: PipelineRun[] = [];
  for (let repeat = 0; repeat < repeats; repeat++)
    runs.push(await runPipeline(root, dir, cohortOf(image, SCANS), { jobs, options }));
  return runs;
}

function figuresOf(over: EngineName, runs: readonly PipelineRun[]): Figure[] {
  const figure = (what: string, unit: string, of: (run: PipelineRun) => number): Figure => ({
    what,
    over,
    unit,
    runs: runs.map(of),
  });
  const [{ lanes, statistics }] = runs;
  return [
    figure('a scan', 's', ({ seconds }) => seconds / SCANS),
    ...lanes.flatMap(({ lane }, i) => [
      figure(`lane ${lane}, with work`, '% of the run', (run) => 100 * run.lanes[i].busyShare),
      figure(`lane ${lane}, in use`, '%', (run) => 100 * inUse(run.lanes[i])),
    ]),
    ...statistics.map(({ stage }, i) =>
      figure(`\`${stage}\``, 's', (run) => run.statistics[i].itemSeconds / SCANS),
    ),
  ];
}

const inUse = ({ meanPlaces, places }: LaneStatistics) => meanPlaces / places;

/** The card is held busy by one batch; the threads are busy when all of them are. */
function slowestLane(engine: EngineName, runs: readonly PipelineRun[]): string {
  const share = (lane: LaneStatistics['lane'], of: (statistics: LaneStatistics) => number) =>
    median(runs.map(({ lanes }) => of(lanes.find((one) => one.lane === lane)!)));
  const [card, threads] = [share('gpu', ({ busyShare }) => busyShare), share('cpu', inUse)];
  const percent = (part: number) => `${Math.round(100 * part)} %`;
  if (card === 0) return `The networks of ${engine} run in the lane of the CPU.`;
  const verdict = card > threads ? '**The card is the slowest stage**' : 'The card is not the slowest stage';
  return `${verdict}: it has work for ${percent(card)} of the run, the worker threads are in use to ${percent(threads)}.`;
}
