/** Small made-up cohorts and stages for the runtime's tests. */
import { z } from 'zod';
import { port, type Port } from '../../src/core/port.js';
import type { SharedWorkers } from '../../src/core/shared-workers.js';
import { fileSource } from '../../src/core/image-source.js';
import { defineStage, type OpenStage, type Stage, type Task } from '../../src/core/stage.js';
import type { Subject } from '../../src/core/subject.js';
import { runPipeline, type RunOptions, type RunReport } from '../../src/runtime/run.js';
import { FailureLedger } from '../../src/store/failure-ledger.js';
import { subjectOf } from '../../src/testing/index.js';
import { temporaryDirectory } from '../temporary.js';

export const cohort = (count: number): Subject[] =>
  Array.from({ length: count }, (_, index) =>
    subjectOf(`s${index}`, { image: fileSource(`s${index}.nii.gz`), index, line: index + 2 }),
  );

export const noWorkers: SharedWorkers = {
  threads: 1,
  run: () => Promise.reject(new Error('no workers in this test')),
  for: () => noWorkers,
  collect: () => Promise.resolve(),
};

export const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

const numberPort: Port<number[]> = port('numbers', 'made-up values');

interface Recipe {
  readonly name: string;
  readonly needs?: readonly string[];
  readonly gives?: readonly string[];
  readonly drops?: readonly string[];
  readonly ordered?: boolean;
  readonly bytes?: number;
  readonly lane?: 'io' | 'cpu';
  readonly open: Omit<OpenStage<object, object>, 'process'> & {
    process(inputs: Record<string, never>, task: Task): Promise<object>;
  };
}

const ports = (names: readonly string[] = []) => Object.fromEntries(names.map((name) => [name, numberPort]));

export function madeStage({
  name,
  needs,
  gives,
  drops,
  ordered,
  bytes = 0,
  lane = 'cpu',
  open,
}: Recipe): Stage {
  return defineStage({
    name,
    version: 1,
    summary: 'made for a test',
    config: z.strictObject({}),
    lane,
    needs: ports(needs),
    gives: ports(gives),
    drops: [...(drops ?? [])] as never[],
    ordered: ordered ?? false,
    footprint: () => ({ gives: Object.fromEntries((gives ?? []).map((g) => [g, bytes])) }),
    open: () => Promise.resolve(open as never),
  })();
}

export function run(
  options: Partial<RunOptions> & Pick<RunOptions, 'stages' | 'subjects'>,
): Promise<RunReport> {
  const outDir = options.outDir ?? temporaryDirectory('run');
  return runPipeline({
    workers: noWorkers,
    jobs: 2,
    memoryBytes: 1e9,
    outDir,
    ledger: new FailureLedger(outDir),
    resolvePath: (path) => path,
    ...options,
  });
}
