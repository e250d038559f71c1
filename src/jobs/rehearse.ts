/** The job of trying a run without a scan: what a dry run and `pipeline validate` do. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LoadedPipeline } from '../config/pipeline/load-pipeline.js';
import type { Pipeline } from '../core/pipeline.js';
import type { RunEvent } from '../runtime/events.js';
import { closeStages, openStages } from '../runtime/open-stages.js';
import { createWorkerPool } from '../workers/pool.js';
import { startJob, type Job, type JobContext } from './job.js';
import { planOf, type Plan } from './plan.js';
import { provenanceOf } from './provenance.js';
import { readCohort, requireOptions, type RunOptions } from './run.js';
import { selectSubjects, unavailableNotices, type Selection } from './select-subjects.js';

/** What a run would tell before its first scan. */
export type NoticeEvent = Extract<RunEvent, { type: 'notice' }>;

/**
 * Reads the cohort, opens and closes every stage: the subjects, atlases, weights and engines are there. No scan is read, and
 * nothing is left of an output.
 * @param options those of the run
 * @returns a job whose result is what the run would work on
 * @throws LungflowError what the run would throw
 */
export const rehearse = (
  pipeline: Pipeline<object> | LoadedPipeline,
  options: RunOptions = {},
): Job<NoticeEvent, Selection> =>
  startJob((context) => rehearsePlan(planOf(pipeline), options, context), options.signal);

async function rehearsePlan(
  plan: Plan,
  options: RunOptions,
  { emit }: JobContext<NoticeEvent>,
): Promise<Selection> {
  requireOptions(options);
  const selection = selectSubjects(await readCohort(plan, options.cohort), options);
  const onNotice = (message: string) => emit({ type: 'notice', message });
  [...selection.notices, ...unavailableNotices(selection)].forEach(onNotice);
  const outDir = await mkdtemp(join(tmpdir(), 'lungflow-rehearsal-'));
  const workers = createWorkerPool(1);
  try {
    const running = await openStages({
      stages: plan.stages.map(({ stage }) => stage),
      subjects: selection.cohort,
      workers,
      jobs: 1,
      outDir,
      resolvePath: plan.resolvePath,
      provenance: provenanceOf(plan),
      onNotice,
    });
    await closeStages(running, 'interrupted');
  } finally {
    await workers.close();
    await rm(outDir, { recursive: true, force: true });
  }
  return selection;
}
