/** What the framework itself costs: many scans through stages that do nothing, and through Highland alone. */
import Highland from 'highland';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cohort, madeStage, run } from '../../test/runtime/cohort.js';
import { timed } from './timed.js';
import type { Taken } from './section.js';

const JOBS = 2;

/** A whole run: admission, lanes, clocks, memory accounts, events, order. */
export async function emptyRun(scans: number, stages: number): Promise<Taken> {
  const outDir = await mkdtemp(join(tmpdir(), 'lungflow-empty-'));
  const subjects = cohort(scans);
  const empty = Array.from({ length: stages }, (_, i) =>
    madeStage({ name: `empty-${i}`, open: { process: () => Promise.resolve({}) } }),
  );
  try {
    return await timed(async () => {
      const { done } = await run({ stages: empty, subjects, jobs: JOBS, outDir });
      if (done !== scans) throw new Error(`${done} of ${scans} scans are done`);
      return undefined;
    });
  } finally {
    await rm(outDir, { recursive: true });
  }
}

/** The same number of steps, each as asynchronous and as parallel as a stage, and nothing else. */
export function highlandAlone(items: number, steps: number): Promise<Taken> {
  const subjects = cohort(items);
  return timed(async () => {
    const stream = Array.from({ length: steps }).reduce<Highland.Stream<object>>(
      (before) => before.map((item) => Highland(Promise.resolve(item) as PromiseLike<object>)).parallel(JOBS),
      Highland<object>(subjects),
    );
    await stream.collect().toPromise(Promise);
    return undefined;
  });
}
